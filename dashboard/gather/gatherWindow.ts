import { HOUR_MS, type Window } from '../../model/index.js';
import { describeCompleteness, type Engine } from '../../queries/index.js';
import type { WindowData } from '../DashboardData.js';
import { askReport } from './askReport.js';
import { gatherHours } from './gatherHours.js';
import { gatherService } from './gatherService.js';
import { gatherValue } from './gatherValue.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** How a window is called: by its length, in hours up to two days. */
export function windowKey({ start, end }: Window): string {
  const hours = Math.round((end - start) / HOUR_MS);
  return hours % 24 === 0 && hours > 48 ? `${hours / 24}d` : `${hours}h`;
}

/** Everything of one window: its services, the value of what was used, and what is known of its hours. */
export async function gatherWindow(
  engine: Engine,
  window: Window,
  about: {
    readonly dataThrough: number | null;
    /** Tenants whose hours are wanted beside those of the greatest. */
    readonly alsoNamed: readonly string[];
    /** Whose completeness is told; everyone's when absent. */
    readonly whose: readonly string[] | undefined;
    readonly places: TenantPlaces;
  },
): Promise<WindowData> {
  const { places, alsoNamed, whose } = about;
  const hours = await gatherHours(engine, window, about.dataThrough);
  const base = (await askReport(engine, 'allocation-base', [], window)).rows;
  const units = new Map(base.map((row) => [`${row.text('service')}\n${row.text('meter')}`, row.text('unit')]));
  const unitOf = (service: string, meter: string): string => units.get(`${service}\n${meter}`) ?? meter;
  const services = [];
  for (const service of [...new Set(base.map((row) => row.text('service')))].sort()) {
    const found = await gatherService(engine, { service, window, hours, alsoNamed, unitOf, places });
    if (found !== undefined) services.push(found);
  }
  const before = { start: 2 * window.start - window.end, end: window.end };
  return {
    key: windowKey(window),
    window,
    completeness: await describeCompleteness(engine, window, whose),
    completeness_with_before: await describeCompleteness(engine, before, whose),
    hours,
    services,
    value: gatherValue(base, places),
  };
}
