import { isReservedTenant, RESERVED_TENANTS } from '../../model/index.js';
import type { WindowValue } from '../DashboardData.js';
import type { ReportRow } from './askReport.js';
import { decimalText, scaled } from './decimals.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** Services that serve requests from outside. One request may pass several, so one of them counts. */
const FRONT_DOORS: readonly string[] = ['Ingress', 'ALB', 'CloudFront'];

/** What every tenant used at list price, from the rows of the report allocation-base. */
export function gatherValue(rows: readonly ReportRow[], places: TenantPlaces): WindowValue {
  const usd = new Map<string, bigint>();
  const unpriced = new Set<string>();
  for (const row of rows) {
    const value = row.text('value_usd');
    if (value === '') unpriced.add(`${row.text('service')} ${row.text('meter')}`);
    const id = row.text('tenant_id');
    usd.set(id, (usd.get(id) ?? 0n) + (value === '' ? 0n : scaled(value)));
  }
  const sorted = [...usd].sort(([a, x], [b, y]) => (x === y ? (a < b ? -1 : 1) : x > y ? -1 : 1));
  const total = sorted.reduce((sum, [, value]) => sum + value, 0n);
  const requests = requestsOf(rows);
  return {
    total: decimalText(total),
    tenant: sorted.map(([id]) => places.of(id)),
    usd: sorted.map(([, value]) => decimalText(value)),
    requests: sorted.map(([id]) => requests.of.get(id) ?? null),
    request_meters: requests.meters,
    unattributed: total === 0n ? null : Number(((usd.get(RESERVED_TENANTS.unknown) ?? 0n) * 1_000_000n) / total) / 1e6,
    unpriced: [...unpriced].sort(),
  };
}

/** Requests by tenant, of the front door that served most. */
function requestsOf(rows: readonly ReportRow[]): { of: ReadonlyMap<string, string>; meters: readonly string[] } {
  const served = rows.filter((row) => FRONT_DOORS.includes(row.text('service')) && row.text('meter') === 'requests');
  const totals = new Map(served.map((row) => [row.text('service'), row.number('total')]));
  const [door] = [...totals].sort(([a, x], [b, y]) => y - x || (a < b ? -1 : 1))[0] ?? [];
  if (door === undefined) return { of: new Map(), meters: [] };
  const own = served.filter((row) => row.text('service') === door && !isReservedTenant(row.text('tenant_id')));
  return {
    of: new Map(own.map((row) => [row.text('tenant_id'), row.text('quantity')])),
    meters: [`${door} requests`],
  };
}
