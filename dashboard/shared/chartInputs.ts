import {
  ACCENT,
  bandOverTime,
  INK,
  type OverTimeSeries,
  type RankedTenant,
  REST,
  rankPlot,
  shareOverTime,
  tenantColours,
} from '../../charts/index.js';
import type { DashboardData, HourSeries, PeerBand, ServiceData, TenantDetail, WindowData } from '../DashboardData.js';
import { countText, displayName, hourLabel } from './format.js';
import { bandOf, isReserved } from './ranking.js';
import type { Selected } from './Selection.js';

/** Customers drawn apart in one chart. */
export const DRAWN = 8;

/** A colour for each of the greatest tenants, the same in every chart of the page. */
export function pageColours(data: DashboardData): ReadonlyMap<string, string> {
  const ids = (data.windows[0]?.value.tenant ?? []).map((place) => data.tenants.ids[place] ?? '');
  return tenantColours(ids.filter((id) => !id.startsWith('_')).slice(0, 64));
}

/** Tenants something was found of in a service. */
export function flaggedTenants(data: DashboardData, service: string): ReadonlySet<number> {
  const found = data.anomalies.filter(
    (one) => one.service === service && one.kind !== 'budget' && one.state !== 'not_judged',
  );
  return new Set(found.flatMap(({ tenant }) => (tenant === null ? [] : [tenant])));
}

/** Which hours of a window are not complete. */
export function incompleteHours(window: WindowData): readonly boolean[] {
  return window.hours.map(({ state }) => state === 'incomplete');
}

/** The labels of a window's hours. */
export function hourLabels(window: WindowData): readonly string[] {
  return window.hours.map(({ hour }) => hourLabel(hour, window.hours.length));
}

/** The series of a service to be drawn: the greatest of those chosen, the tenant chosen, reserved ones, and all others as one. */
export function overTimeSeries(
  data: DashboardData,
  selected: Selected,
  service: ServiceData,
): readonly OverTimeSeries[] {
  const { window, tenant: chosen, includes, selection } = selected;
  const colours = pageColours(data);
  const flagged = flaggedTenants(data, service.service);
  const customers = service.series.filter(({ tenant }) => tenant !== null && !isReserved(data, tenant));
  const wanted = customers.filter(({ tenant }) => tenant !== null && includes(tenant)).slice(0, DRAWN);
  const also = customers.filter((one) => one.tenant === chosen && !wanted.includes(one));
  const reserved = service.series.filter(({ tenant }) => tenant !== null && isReserved(data, tenant));
  const apart = [...wanted, ...also, ...reserved];
  const rest = service.series.filter((one) => !apart.includes(one));
  const loudest = apart.find(({ tenant }) => tenant !== null && flagged.has(tenant));
  const totals = window.hours.map((_, hour) => sumAt(service.series, hour));
  // A customer's page has no total, so nothing to take a share of.
  const asShare = selection.scale === 'share' && service.total !== null;
  const scaled = (amounts: readonly (number | null)[]): readonly (number | null)[] =>
    asShare ? amounts.map((amount, hour) => ratio(amount, totals[hour] ?? null)) : amounts;
  const others = service.rows.tenant.length - apart.length;
  return [
    ...apart.map((one): OverTimeSeries => {
      const id = data.tenants.ids[one.tenant ?? -1] ?? '';
      const isFlagged = flagged.has(one.tenant ?? -1);
      // One colour of alarm only: of several that stand out each keeps its own, and its sign.
      const colour = one === loudest ? ACCENT : id.startsWith('_') ? INK : (colours.get(id) ?? REST);
      return { name: displayName(id), flagged: isFlagged, shares: scaled(one.amounts), colour };
    }),
    ...(others <= 0
      ? []
      : [
          {
            name: `Other (${others === 1 ? '1 tenant' : `${countText(others)} tenants`})`,
            flagged: false,
            rest: true as const,
            shares: scaled(window.hours.map((_, hour) => sumAt(rest, hour))),
          },
        ]),
  ];
}

function sumAt(series: readonly HourSeries[], hour: number): number | null {
  const known = series.flatMap(({ amounts }) => amounts[hour] ?? []);
  return known.length === 0 ? null : known.reduce((sum, amount) => sum + amount, 0);
}

/** A share of nothing is not a share. */
function ratio(amount: number | null, total: number | null): number | null {
  return amount === null || total === null || total === 0 ? null : amount / total;
}

/** The chart of a service over time. */
export function overTimeOption(selected: Selected, service: ServiceData, series: readonly OverTimeSeries[]) {
  const asShare = selected.selection.scale === 'share' && service.total !== null;
  return shareOverTime({
    hours: hourLabels(selected.window),
    series,
    incomplete: incompleteHours(selected.window),
    legend: 'page',
    ...(asShare ? {} : { unit: service.unit }),
  });
}

/** Every tenant of a service as a point; the plan of the tenant chosen, or the plan chosen, says who its peers are. */
export function rankOption(
  data: DashboardData,
  selected: Selected,
  service: ServiceData,
  most = Number.POSITIVE_INFINITY,
) {
  const { rows } = service;
  const flagged = flaggedTenants(data, service.service);
  const band = comparedBand(data, selected, service);
  const customers = rows.tenant.map((tenant, at) => ({ tenant, at })).filter(({ tenant }) => !isReserved(data, tenant));
  const tenants = thinned(customers, most).map(({ tenant, at }): RankedTenant & { readonly place: number } => {
    const marked = tenant === selected.tenant ? 'chosen' : flagged.has(tenant) ? 'flagged' : undefined;
    const others = band !== undefined && band.plan >= 0 && data.tenants.plan[tenant] !== band.plan;
    return {
      name: displayName(data.tenants.ids[tenant] ?? '', 30),
      place: tenant,
      // As the ranking has it, where reserved tenants have a rank as well.
      rank: at + 1,
      share: rows.share[at] ?? 0,
      ...(marked === undefined ? {} : { mark: marked }),
      ...(others || !selected.includes(tenant) ? { faint: true } : {}),
    };
  });
  const lines = (['p50', 'p95', 'p99'] as const)
    // A percentile of fewer is the greatest of them.
    .filter((name) => band !== undefined && band.tenants >= { p50: 5, p95: 20, p99: 100 }[name])
    .map((name) => ({ name, share: band?.[name] ?? 0 }));
  return { option: rankPlot({ tenants, lines }), tenants };
}

/** The band that is looked at: of the tenant chosen, of the plan chosen, or of all. */
export function comparedBand(data: DashboardData, selected: Selected, service: ServiceData): PeerBand | undefined {
  return selected.tenant === undefined ? planBand(data, selected, service) : bandOf(data, service, selected.tenant);
}

function planBand(data: DashboardData, { selection }: Selected, service: ServiceData) {
  const plan = data.plans.indexOf(selection.plan);
  return service.bands.find((band) => band.plan === plan) ?? service.bands.find((band) => band.plan === -1);
}

/** The first hundred, and of those behind them so few that the curve keeps its form: on a logarithmic axis they lie dense. */
function thinned<T>(all: readonly T[], most: number): readonly T[] {
  if (all.length <= most) return all;
  const growth = (all.length / 100) ** (1 / (most - 100));
  const places = new Set(Array.from({ length: most - 100 }, (_, step) => Math.floor(100 * growth ** step)));
  return all.filter((_, place) => place < 100 || places.has(place));
}

/** A tenant's use of one service in front of its own past. */
export function baselineOption(data: DashboardData, window: WindowData, detail: TenantDetail, at: number) {
  const own = detail.services[at];
  const service = window.services.find(({ service: name }) => name === own?.service);
  if (own === undefined || service === undefined) return undefined;
  return bandOverTime({
    hours: hourLabels(window),
    unit: service.unit,
    amounts: own.amounts,
    low: own.low,
    middle: own.middle,
    high: own.high,
    incomplete: incompleteHours(window),
    flagged: flaggedTenants(data, own.service).has(detail.tenant),
  });
}
