import { isReservedTenant, type Window } from '../../model/index.js';
import { decimalsOf, type Engine, type ServiceHour, serviceByHour } from '../../queries/index.js';
import type { HourQuality, HourSeries, ServiceData } from '../DashboardData.js';
import { askReport, type ReportRow } from './askReport.js';
import { sumOf } from './decimals.js';
import { peerBands } from './peerBands.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** Tenants drawn apart in every chart of a service; reserved ones are drawn besides. */
export const DRAWN = 8;

/** More rows than any registry has tenants. */
const ALL_ROWS = 100_000;

/** What a service is gathered for. */
export interface ServiceRequest {
  readonly service: string;
  readonly window: Window;
  readonly hours: readonly HourQuality[];
  /** Tenants whose hours are wanted beside those of the greatest. */
  readonly alsoNamed: readonly string[];
  readonly unitOf: (service: string, meter: string) => string;
  readonly places: TenantPlaces;
}

/** One service in one window, by the report tenant-share. Undefined when nobody used it. */
export async function gatherService(engine: Engine, request: ServiceRequest): Promise<ServiceData | undefined> {
  const { service, window, hours, places } = request;
  const { rows, result } = await askReport(engine, 'tenant-share', [`service=${service}`, `top=${ALL_ROWS}`], window);
  const basis = rows[0]?.text('basis');
  if (basis === undefined) return undefined;
  const named = namedTenants(rows, request.alsoNamed);
  const byHour = await serviceByHour(engine, { service, basis }, window, named);
  const tenant = rows.map((row) => places.of(row.text('tenant_id')));
  const used = rows.flatMap((row, place) =>
    row.number('amount') > 0 && !isReservedTenant(row.text('tenant_id'))
      ? [{ plan: places.planOf(tenant[place] ?? -1), share: row.number('share') }]
      : [],
  );
  return {
    service,
    basis,
    unit: basis === 'USD' ? 'USD' : request.unitOf(service, basis),
    warnings: result.warnings,
    total: sumOf(rows.map((row) => row.text('amount') || '0')),
    rows: {
      tenant,
      amount: rows.map((row) => row.text('amount')),
      share: rows.map((row) => row.some('share')),
      share_before: rows.map((row) => row.some('share_before')),
      times_before: rows.map((row) => row.some('times_before')),
      times_peers: rows.map((row) => row.some('times_peer_median')),
    },
    bands: peerBands(used),
    series: hourSeries({ byHour, named, hours, basis, places, others: rows.length > named.length }),
  };
}

/** The greatest customers, every reserved tenant (what nobody claimed is always shown), and those asked for besides. */
function namedTenants(rows: readonly ReportRow[], also: readonly string[]): readonly string[] {
  const ids = rows.map((row) => row.text('tenant_id'));
  const present = new Set(ids);
  const customers = ids.filter((id) => !isReservedTenant(id)).slice(0, DRAWN);
  return [...new Set([...customers, ...ids.filter(isReservedTenant), ...also.filter((id) => present.has(id))])];
}

function hourSeries(of: {
  readonly byHour: readonly ServiceHour[];
  readonly named: readonly string[];
  readonly hours: readonly HourQuality[];
  readonly basis: string;
  readonly places: TenantPlaces;
  readonly others: boolean;
}): readonly HourSeries[] {
  const amounts = new Map<string | null, Map<number, number>>();
  for (const { tenant_id, hour, amount } of of.byHour) {
    const own = amounts.get(tenant_id) ?? new Map<number, number>();
    amounts.set(tenant_id, own);
    own.set(hour, Number(amount) / 10 ** decimalsOf(of.basis));
  }
  const anyone = new Set(of.byHour.map(({ hour }) => hour));
  return [...of.named, ...(of.others ? [null] : [])].map((id) => ({
    tenant: id === null ? null : of.places.of(id),
    amounts: of.hours.map(({ hour, state }) => {
      // Nothing is known of an hour nobody was heard in: that is not the same as no use.
      const known = anyone.has(hour) || state === 'complete' || state === 'incomplete';
      return state === 'missing' || !known ? null : short(amounts.get(id)?.get(hour) ?? 0);
    }),
  }));
}

/** Drawn to a pixel, and labelled to four digits: seven are enough, and half as long in the page. */
export function short(value: number): number {
  return Number(value.toPrecision(7));
}
