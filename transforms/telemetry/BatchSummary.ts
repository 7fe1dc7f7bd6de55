import {
  type FirehoseResponse,
  type Outcome,
  type QuarantineReason,
  RESERVED_TENANTS,
  type RecordOutcome,
  type Registry,
  type TenantId,
} from '../../model/index.js';

/** Name under which tenants beyond the limit are counted together. */
export const OTHER_TENANTS = '_other';

/** Lines and bytes of something. */
export interface Amount {
  readonly records: number;
  readonly lines: number;
  readonly bytes: number;
}

/** What became of one batch, in numbers: nothing in it was written by a tenant. */
export interface BatchSummary {
  readonly records: number;
  readonly lines: number;
  /** Bytes of the records as received. */
  readonly bytesIn: number;
  /** Bytes of the events answered with. */
  readonly bytesOut: number;
  /** Distinct partitions' tenants of accepted records, reserved ones included. */
  readonly tenants: number;
  readonly byOutcome: ReadonlyMap<Outcome, Amount>;
  readonly byReason: ReadonlyMap<QuarantineReason, Amount>;
  /** Accepted records by tenant; those beyond the limit as {@link OTHER_TENANTS}. */
  readonly byTenant: ReadonlyMap<TenantId | typeof OTHER_TENANTS, Amount>;
}

/**
 * Sums the outcomes of a batch.
 *
 * @param namedTenants how many tenants are counted by name: the first of the registry and the reserved ones, so that every
 *   execution environment names the same and their number is bounded for the whole function, not for each environment
 */
export function summariseBatch(
  outcomes: readonly RecordOutcome[],
  response: FirehoseResponse,
  registry: Registry,
  namedTenants: number,
): BatchSummary {
  const byOutcome = new Map<Outcome, Amount>();
  const byReason = new Map<QuarantineReason, Amount>();
  const byTenant = new Map<TenantId | typeof OTHER_TENANTS, Amount>();
  const named = namedOf(registry, namedTenants);
  const tenants = new Set<TenantId>();
  for (const outcome of outcomes) {
    add(byOutcome, outcome.outcome, outcome);
    if (outcome.reason !== undefined) add(byReason, outcome.reason, outcome);
    if (outcome.tenantId === undefined) continue;
    tenants.add(outcome.tenantId);
    if (namedTenants > 0) add(byTenant, named.has(outcome.tenantId) ? outcome.tenantId : OTHER_TENANTS, outcome);
  }
  const sent = response.records.filter(({ result }) => result === 'Ok');
  return {
    records: outcomes.length,
    lines: outcomes.reduce((sum, { lines }) => sum + lines, 0),
    bytesIn: outcomes.reduce((sum, { bytes }) => sum + bytes, 0),
    bytesOut: sent.reduce((sum, { data }) => sum + Buffer.byteLength(data, 'base64'), 0),
    tenants: tenants.size,
    byOutcome,
    byReason,
    byTenant,
  };
}

function add<K>(sums: Map<K, Amount>, key: K, { lines, bytes }: RecordOutcome): void {
  const sum = sums.get(key);
  sums.set(key, {
    records: (sum?.records ?? 0) + 1,
    lines: (sum?.lines ?? 0) + lines,
    bytes: (sum?.bytes ?? 0) + bytes,
  });
}

function namedOf(registry: Registry, limit: number): ReadonlySet<TenantId> {
  const named = new Set<TenantId>(Object.values(RESERVED_TENANTS));
  let left = limit;
  for (const tenant of registry.tenants.keys()) {
    if (left <= 0) break;
    named.add(tenant);
    left -= 1;
  }
  return named;
}
