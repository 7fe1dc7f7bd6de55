import type { DashboardData } from '../../dashboard/index.js';

const HOUR_MS = 3_600_000;

/** Start of the sample's window, UTC. */
export const START = Date.parse('2026-11-23T00:00:00Z');

type WindowData = DashboardData['windows'][number];
type ServiceData = WindowData['services'][number];

/** What a sample page is of. */
export interface SampleOptions {
  readonly tenants?: number;
  readonly hours?: number;
  readonly services?: readonly string[];
  /** Ids by place; `t0`, `t1` and so on where there is none. */
  readonly id?: (place: number) => string;
  /** Names by place; the id where there is none. */
  readonly name?: (place: number) => string;
  /** Names of operations and resources. */
  readonly printed?: string;
}

/** A page's data with tenants `t0` (which has most) to `tN` and `_unknown`, as the gatherer would answer it. */
export function sampleData(options: SampleOptions = {}): DashboardData {
  const { tenants: count = 15, hours: length = 24, services = ['DynamoDB', 'Ingress'] } = options;
  const ids = [...Array.from({ length: count }, (_, place) => options.id?.(place) ?? `t${place}`), '_unknown'];
  const hours = Array.from({ length }, (_, place) => START + place * HOUR_MS);
  const weight = (place: number): number => (place === 0 ? 6 : place === count ? 0.1 : 1 / (1 + place / 10));
  const sum = ids.reduce((total, _, place) => total + weight(place), 0);
  const window: WindowData = {
    key: `${length}h`,
    window: { start: START, end: START + length * HOUR_MS },
    completeness: '98.6 % (2 of 144 tenant-hours incomplete: t1 03:00, …)',
    completeness_with_before: '99.3 % (2 of 288 tenant-hours incomplete: t1 03:00, …)',
    hours: hours.map((hour, place) => ({
      hour,
      state:
        place === 3 ? ('incomplete' as const) : place === length - 1 ? ('missing' as const) : ('complete' as const),
      sound: count,
      doubtful: place === 3 ? 2 : 0,
    })),
    services: services.map((name) => sampleService(name)),
    value: {
      total: sum.toFixed(6),
      tenant: ids.map((_, place) => place),
      usd: ids.map((_, place) => weight(place).toFixed(6)),
      requests: ids.map((_, place) => (place === count ? null : String(1000 + place))),
      request_meters: ['Ingress requests'],
      unattributed: weight(count) / sum,
      unpriced: ['DynamoDB requests'],
    },
  };
  return {
    version: 1,
    audience: { kind: 'platform' },
    generated_at: START + length * HOUR_MS,
    data_through: START + (length - 1) * HOUR_MS,
    gaps: [],
    flags: ' --lake ./lake',
    plans: ['free', 'pro'],
    cells: ['default', 'eu-1'],
    tenants: {
      ids,
      names: ids.map((id, place) => options.name?.(place) ?? id),
      plan: ids.map((_, place) => (place === count ? -1 : place % 2)),
      cell: ids.map((_, place) => (place === count ? -1 : place % 3 === 0 ? 1 : 0)),
    },
    windows: [window, { ...window, key: '7d' }],
    details: count === 0 ? [] : [sampleDetail(0), ...(count > 1 ? [sampleDetail(1)] : [])],
    callers: { users: 'named', completeness: '98.6 %', warnings: [] },
    anomalies: count === 0 ? [] : [sampleAnomaly()],
    bill: {
      ...{ period: '2026-11', currency: 'USD', status: 'provisional', through: START, total: '123.45' },
      ...{ package: './billing/tenantscope/BILLING_PERIOD=2026-11/version=0001', unbilled: 2 },
      tenants: ids.slice(0, -1).map((_, place) => ({
        tenant: place,
        billed: (10 / (place + 1)).toFixed(2),
        forecast: (20 / (place + 1)).toFixed(2),
        lines:
          place > 1
            ? []
            : [
                {
                  description: 'DynamoDB read_units',
                  quantity: '120',
                  unit: 'ReadUnits',
                  billed: '1.5',
                  charge: 'adc04563',
                },
              ],
      })),
    },
    economics: {
      ...{ source: 'allocated', currency: 'USD', period: "2026-11, the cloud's bill as allocated" },
      tenants: ids.slice(0, -1).map((_, place) => ({
        tenant: place,
        cost: '5',
        billed: (10 / (place + 1)).toFixed(2),
        margin: (10 / (place + 1) - 5).toFixed(2),
      })),
      ...{ allocated: '75', unallocated: '3', command: 'tenantscope margin --costs cur.csv --period 2026-11' },
    },
    quality: {
      strip: [
        { tenant: -1, states: hours.map((_, place) => (place === 3 ? 'i' : 'c')).join(''), reason: '' },
        ...(count > 1
          ? [
              {
                tenant: 1,
                states: hours.map((_, place) => (place === 3 ? 'i' : 'd')).join(''),
                reason: 'pod a was silent',
              },
            ]
          : []),
      ],
      ...{ sound: Math.max(0, count - 1), more: 0, late: { lines: 3, of: 1000 } },
      lag: count === 0 ? [] : [{ tenant: 0, median_ms: 1000, greatest_ms: 60_000 }],
      delivery: {
        ...{ records: 1200, accepted: 1190, lines: 1190, duplicates: 7, reconciled: true },
        quarantined: [{ reason: 'undecodable', meaning: 'the bytes are not JSON', count: 10 }],
      },
    },
  };

  function sampleService(service: string): ServiceData {
    const share = (place: number): number => Number((weight(place) / sum).toFixed(6));
    const customers = ids.map((_, place) => place).filter((place) => place !== count);
    const bands = [-1, 0, 1].flatMap((plan) => {
      const own = customers.filter((place) => plan < 0 || place % 2 === plan).map(share);
      if (own.length < (plan < 0 ? 5 : 8)) return [];
      own.sort((a, b) => a - b);
      const at = (part: number): number => own[Math.max(0, Math.ceil(own.length * part) - 1)] ?? 0;
      return [{ plan, tenants: own.length, p25: at(0.25), p50: at(0.5), p75: at(0.75), p95: at(0.95), p99: at(0.99) }];
    });
    const named = [...customers.slice(0, 8), ...(count === 0 ? [] : [count])];
    return {
      ...{ service, basis: 'USD', unit: 'USD', warnings: ['one meter has no list price'], total: sum.toFixed(6) },
      rows: {
        tenant: ids.map((_, place) => place),
        amount: ids.map((_, place) => weight(place).toFixed(6)),
        share: ids.map((_, place) => share(place)),
        share_before: ids.map((_, place) => (place === 0 ? 0.05 : share(place))),
        times_before: ids.map((_, place) => (place === 0 ? 5.5 : 1)),
        times_peers: ids.map((_, place) => (place === 0 ? 6 : 1)),
      },
      bands,
      series: [...named, ...(ids.length > named.length ? [null] : [])].map((tenant) => ({
        tenant,
        amounts: hours.map((_, place) => (place === length - 1 ? null : weight(tenant ?? 9) / length)),
      })),
    };
  }

  function sampleDetail(tenant: number): DashboardData['details'][number] {
    const name = options.printed ?? 'GetItem';
    return {
      tenant,
      services: services.map((service) => ({
        service,
        amounts: hours.map((_, place) => (place === length - 1 ? null : 0.25)),
        low: hours.map(() => 0.03),
        middle: hours.map(() => 0.05),
        high: hours.map(() => 0.06),
        history_days: 28,
        users: {
          named: [{ name: options.printed ?? 'ann', amount: '3', part: 0.5 }],
          rest: [
            { kind: 'others', callers: 4, amount: '1.5', part: 0.25 },
            { kind: 'unstated', callers: 0, amount: '1.2', part: 0.2 },
            { kind: 'not_in_lines', callers: 0, amount: '0.3', part: 0.05 },
          ],
        },
        endpoints: { named: [], rest: [{ kind: 'unstated', callers: 0, amount: '6', part: 1 }] },
        operations: [{ name, amount: '3', part: 0.5 }],
        resources: [{ name: options.printed ?? 'playlists', amount: '2', part: 0.33 }],
      })),
      quotas: [
        {
          ...{ quota: 'dynamodb-table-reads', service: 'DynamoDB', meter: 'read_units', per: 'second', peak_at: START },
          ...{ used: '8558', limit: '144000000', share: 0.00006 },
        },
      ],
      corrections: [
        {
          ...{ service: 'DynamoDB', meter: 'read_units', unit: 'ReadUnits', reason: 'late', before: '10' },
          ...{ change: '2.5', after: '12.5', last_booked: '2026-11-24' },
        },
      ],
    };
  }

  function sampleAnomaly(): DashboardData['anomalies'][number] {
    return {
      ...{ id: 'f1', state: 'finding', kind: 'noisy_tenant', severity: 'PAGE', tenant: 0, service: 'DynamoDB' },
      window: { start: START, end: START + (length - 1) * HOUR_MS },
      sentence: "t0 used 30 % of DynamoDB; its fourteen peers' median is 5 %, 6.0 times as much.",
      ...{ share: 0.3, times_peers: 6, usd_per_day: '1.20', flagged: '23 of 24 hours', tests: ['P_strong'] },
      causes: [`operation ${options.printed ?? 'GetItem'}: 80 % of the excess`],
      next: ['cap the throughput'],
      evidence: ['tenantscope report run tenant-share --param service=DynamoDB'],
    };
  }
}
