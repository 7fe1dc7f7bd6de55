import type { QueryResult, Rows, Value } from '../engines/QueryResult.js';
import { amountText } from './exactAmounts.js';

const SCALE = 1_000_000n;

/** A ratio of integers to six decimals, rounded half up, as exact text; null when there is nothing to divide by. */
export function ratioText(part: bigint, whole: bigint): string | null {
  if (whole === 0n) return null;
  const scaled = (2n * part * SCALE + whole) / (2n * whole);
  return `${scaled / SCALE}.${String(scaled % SCALE).padStart(6, '0')}`;
}

/** The columns {@link deriveShare} gives. */
export const SHARE_COLUMNS = [
  { name: 'rank', type: 'bigint', unit: '' },
  { name: 'tenant_id', type: 'varchar', unit: '' },
  { name: 'amount', type: 'decimal(38,18)', unit: 'see basis' },
  { name: 'basis', type: 'varchar', unit: '' },
  { name: 'share', type: 'decimal(38,6)', unit: 'ratio' },
  { name: 'share_before', type: 'decimal(38,6)', unit: 'ratio' },
  { name: 'peer_median_share', type: 'decimal(38,6)', unit: 'ratio' },
  { name: 'peer_p99_share', type: 'decimal(38,6)', unit: 'ratio' },
  { name: 'times_peer_median', type: 'decimal(38,6)', unit: 'ratio' },
] as const;

/**
 * Adds to tenant-share what needs exact division: the share, the peers' median and p99 share (all others, left out
 * itself, reserved tenants too), the ratio to that median, and the share in the window before.
 */
export function deriveShare(result: QueryResult, top: number): Rows {
  const at = (name: string): number => result.columns.indexOf(name);
  const big = (row: readonly Value[], name: string): bigint => BigInt(String(row[at(name)] ?? 0));
  const amounts = result.rows.map((row) => ({ tenant: String(row[at('tenant_id')]), amount: big(row, 'amount') }));
  return result.rows.slice(0, top).map((row, index) => {
    const peers = amounts
      .filter((entry, place) => place !== index && !entry.tenant.startsWith('_') && entry.amount > 0n)
      .map((entry) => entry.amount)
      .sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
    const total = big(row, 'total');
    const median = middle(peers);
    const p99 = peers[Math.max(0, Math.ceil(peers.length * 0.99) - 1)] ?? 0n;
    return [
      row[at('rank')] ?? null,
      row[at('tenant_id')] ?? null,
      amountText(big(row, 'amount'), row[at('basis')] === 'USD' ? 18 : 6),
      row[at('basis')] ?? null,
      ratioText(big(row, 'amount'), total),
      ratioText(big(row, 'amount_before'), big(row, 'total_before')),
      peers.length === 0 ? null : ratioText(median, 2n * total),
      peers.length === 0 ? null : ratioText(p99, total),
      median === 0n ? null : ratioText(2n * big(row, 'amount'), median),
    ];
  });
}

/** Twice the median, so that it stays an integer. */
function middle(sorted: readonly bigint[]): bigint {
  const half = Math.floor(sorted.length / 2);
  const upper = sorted[half] ?? 0n;
  return sorted.length % 2 === 1 ? 2n * upper : upper + (sorted[half - 1] ?? 0n);
}
