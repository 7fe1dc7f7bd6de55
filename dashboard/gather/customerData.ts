import { DAY_MS, isReservedTenant, type Tenant } from '../../model/index.js';
import type {
  AnomalyData,
  CallerTable,
  DashboardData,
  PeerBand,
  ServiceData,
  TenantDetail,
  WindowData,
} from '../DashboardData.js';
import { reportCommand } from '../shared/reportCommand.js';
import { NamesOfOthers } from './NamesOfOthers.js';
import { FEWEST_OF_PLAN, FEWEST_PEERS, percentile } from './peerBands.js';

/**
 * What of a page one customer may see. Nothing is taken over that is not named here: its own figures, and of all others
 * only bands of at least five of them, rounded to two digits. Shares of a total are told only where the total is made by as many.
 * Costs, margins, cells, quotas, quarantine and the platform's commands are left out. Texts that applications printed are
 * withheld where they name somebody else.
 */
export function customerData(data: DashboardData, tenant: Tenant, registry: readonly Tenant[]): DashboardData {
  const place = data.tenants.ids.indexOf(tenant.id);
  const names = new NamesOfOthers(tenant, registry, data.tenants.ids);
  const windows = data.windows.map((window) => ownWindow(window, place, data));
  const plan = data.tenants.plan[place] ?? -1;
  return {
    version: data.version,
    audience: { kind: 'tenant', tenant_id: tenant.id, name: tenant.name ?? tenant.id },
    generated_at: data.generated_at,
    data_through: data.data_through,
    // What is missing is told in words that name files and tenants.
    gaps: data.gaps.length === 0 ? [] : ['some of the data cannot be read at present'],
    flags: '',
    plans: plan < 0 ? [] : [data.plans[plan] ?? ''],
    cells: [],
    tenants: { ids: [tenant.id], names: [tenant.name ?? tenant.id], plan: [plan < 0 ? -1 : 0], cell: [-1] },
    windows,
    details: data.details.filter((detail) => detail.tenant === place).map((detail) => ownDetail(detail, names)),
    callers:
      data.callers === null
        ? null
        : {
            ...data.callers,
            warnings: data.callers.warnings.length === 0 ? [] : ['some of its lines are not in these figures'],
          },
    anomalies: data.anomalies
      .filter((anomaly) => anomaly.tenant === place && anomaly.state !== 'not_judged')
      .map((anomaly) => ownAnomaly(anomaly, tenant.id, windows[0], names)),
    bill: ownBill(data, place, names),
    economics: null,
    quality: {
      strip: data.quality.strip.filter((row) => row.tenant === place).map((row) => ({ ...row, tenant: 0 })),
      sound: 0,
      more: 0,
      late: data.quality.late,
      lag: data.quality.lag.filter((row) => row.tenant === place).map((row) => ({ ...row, tenant: 0 })),
      delivery: null,
    },
  };
}

function ownWindow(window: WindowData, place: number, data: DashboardData): WindowData {
  const { value } = window;
  const at = value.tenant.indexOf(place);
  const states = ownStates(window, place, data);
  return {
    key: window.key,
    window: window.window,
    completeness: window.completeness,
    completeness_with_before: window.completeness_with_before,
    hours: window.hours.map(({ hour, state }, index) => {
      const own = states?.[index];
      const doubtful = own === 'i' || own === 'o';
      const judged =
        state === 'missing'
          ? state
          : own === undefined || own === ' '
            ? 'unjudged'
            : doubtful
              ? 'incomplete'
              : 'complete';
      return { hour, state: judged, sound: doubtful ? 0 : 1, doubtful: doubtful ? 1 : 0 };
    }),
    services: window.services.flatMap((service) => ownService(service, place, data)),
    value: {
      total: null,
      tenant: at < 0 ? [] : [0],
      usd: at < 0 ? [] : [value.usd[at] ?? '0'],
      requests: at < 0 ? [] : [value.requests[at] ?? null],
      request_meters: value.request_meters,
      unattributed: null,
      unpriced: [],
    },
  };
}

/** The customer's own hours; known for the first window only. */
function ownStates(window: WindowData, place: number, data: DashboardData): string | undefined {
  if (window.key !== data.windows[0]?.key) return undefined;
  return data.quality.strip.find((row) => row.tenant === place)?.states;
}

function ownService(service: ServiceData, place: number, data: DashboardData): readonly ServiceData[] {
  const { rows } = service;
  const at = rows.tenant.indexOf(place);
  if (at < 0) return [];
  const band = bandOfOthers(service, at, data);
  const enough = band !== undefined;
  return [
    {
      service: service.service,
      basis: service.basis,
      unit: service.unit,
      warnings: [],
      total: null,
      rows: {
        tenant: [0],
        amount: [rows.amount[at] ?? '0'],
        share: [enough ? (rows.share[at] ?? null) : null],
        share_before: [enough ? (rows.share_before[at] ?? null) : null],
        times_before: [rows.times_before[at] ?? null],
        times_peers: [enough ? rounded(rows.times_peers[at] ?? null) : null],
      },
      bands: band === undefined ? [] : [band],
      series: service.series.filter((one) => one.tenant === place).map(({ amounts }) => ({ tenant: 0, amounts })),
    },
  ];
}

/** The band of the others: of the same plan where they are enough, else of all; undefined when those are too few as well. */
function bandOfOthers({ rows }: ServiceData, at: number, { tenants }: DashboardData): PeerBand | undefined {
  const plan = tenants.plan[rows.tenant[at] ?? -1] ?? -1;
  const others = rows.tenant.flatMap((tenant, index) => {
    const share = rows.share[index] ?? 0;
    const isPeer = index !== at && share > 0 && !isReservedTenant(tenants.ids[tenant] ?? '');
    return isPeer ? [{ share, plan: tenants.plan[tenant] ?? -1 }] : [];
  });
  const samePlan = plan < 0 ? [] : others.filter((one) => one.plan === plan);
  const peers = samePlan.length >= FEWEST_OF_PLAN ? samePlan : others;
  if (peers.length < FEWEST_PEERS) return undefined;
  const shares = peers.map(({ share }) => share).sort((a, b) => a - b);
  const of = (part: number): number => rounded(percentile(shares, part)) ?? 0;
  return {
    plan: peers === samePlan ? 0 : -1,
    tenants: Math.floor(shares.length / FEWEST_PEERS) * FEWEST_PEERS,
    ...{ p25: of(0.25), p50: of(0.5), p75: of(0.75), p95: null, p99: null },
  };
}

/** To two digits: a percentile is one tenant's exact figure otherwise. */
function rounded(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(2));
}

function ownDetail(detail: TenantDetail, names: NamesOfOthers): TenantDetail {
  return {
    tenant: 0,
    services: detail.services.map((service) => ({
      ...service,
      users: ownCallers(service.users, names),
      endpoints: ownCallers(service.endpoints, names),
      operations: service.operations.map((entry) => ({ ...entry, name: names.withheld(entry.name) })),
      resources: service.resources.map((entry) => ({ ...entry, name: names.withheld(entry.name) })),
    })),
    quotas: [],
    corrections: detail.corrections,
  };
}

function ownCallers(table: CallerTable | null, names: NamesOfOthers): CallerTable | null {
  if (table === null) return null;
  return { ...table, named: table.named.map((entry) => ({ ...entry, name: names.withheld(entry.name) })) };
}

/** What was found, without the operators' words: who is compared, and what they would do about it. */
function ownAnomaly(
  anomaly: AnomalyData,
  id: string,
  window: WindowData | undefined,
  names: NamesOfOthers,
): AnomalyData {
  const service = window?.services.find((one) => one.service === anomaly.service);
  const enough = (service?.bands.length ?? 0) > 0;
  const share = enough && anomaly.share !== null ? ` (${(anomaly.share * 100).toFixed(1)} % of the service)` : '';
  const span = { start: anomaly.window.start - 7 * DAY_MS, end: anomaly.window.end };
  return {
    id: anomaly.id,
    state: anomaly.state,
    kind: anomaly.kind,
    severity: anomaly.severity,
    tenant: 0,
    service: anomaly.service,
    window: anomaly.window,
    sentence: `Use of ${anomaly.service} was out of the ordinary${share}.`,
    share: enough ? anomaly.share : null,
    times_peers: enough ? rounded(anomaly.times_peers) : null,
    usd_per_day: null,
    flagged: anomaly.flagged,
    tests: [],
    causes: anomaly.causes.map((cause) => names.withheld(cause)),
    next: [],
    evidence: [reportCommand('tenant-usage-by-hour', { tenant_id: id }, span, ` --as-tenant ${id}`)],
  };
}

function ownBill({ bill }: DashboardData, place: number, names: NamesOfOthers): DashboardData['bill'] {
  if (bill === null) return null;
  const { period, currency, status, through } = bill;
  return {
    ...{ period, currency, status, through },
    total: null,
    package: null,
    unbilled: 0,
    tenants: bill.tenants
      .filter(({ tenant }) => tenant === place)
      .map((row) => ({
        ...row,
        tenant: 0,
        lines: row.lines.map((line) => ({ ...line, description: names.withheld(line.description) })),
      })),
  };
}
