import type { QueryResult, Rows, Value } from '../engines/QueryResult.js';
import { amountText } from './exactAmounts.js';

const SCALE = 1_000_000n;

/** A ratio of integers to six decimals, rounded half away from zero, as exact text; null when there is nothing to divide by. */
export function ratioText(part: bigint, whole: bigint): string | null {
  if (whole === 0n) return null;
  // Without its sign: what a re-attribution takes off is less than nothing.
  const [size, of] = [part < 0n ? -part : part, whole < 0n ? -whole : whole];
  const scaled = (2n * size * SCALE + of) / (2n * of);
  const sign = part < 0n !== whole < 0n && scaled > 0n ? '-' : '';
  return `${sign}${scaled / SCALE}.${String(scaled % SCALE).padStart(6, '0')}`;
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
  { name: 'times_before', type: 'decimal(38,6)', unit: 'ratio' },
] as const;

/**
 * Adds to tenant-share what needs exact division: the share, the peers' median and p99 share (all others of the same
 * basis that used something, left out itself, reserved tenants too), the ratio to that median, the share in the window
 * before, and the amount against the one of that window. Gives the first `top` rows of each basis.
 */
export function deriveShare(result: QueryResult, top: number): Rows {
  const at = (name: string): number => result.columns.indexOf(name);
  const big = (row: readonly Value[], name: string): bigint => BigInt(String(row[at(name)] ?? 0));
  const rowsOf = new Map<Value, (readonly Value[])[]>();
  for (const row of result.rows) {
    const basis = row[at('basis')] ?? null;
    const rows = rowsOf.get(basis);
    if (rows === undefined) rowsOf.set(basis, [row]);
    else rows.push(row);
  }
  return [...rowsOf].flatMap(([basis, rows]) => {
    const used = rows
      .filter((row) => big(row, 'amount') > 0n && !String(row[at('tenant_id')]).startsWith('_'))
      .sort((a, b) => compare(big(a, 'amount'), big(b, 'amount')));
    const places = new Map(used.map((row, place) => [row, place]));
    const sorted = used.map((row) => big(row, 'amount'));
    return rows.slice(0, top).map((row) => {
      const peers = without(sorted, places.get(row));
      const amount = big(row, 'amount');
      const total = big(row, 'total');
      const before = big(row, 'amount_before');
      const median = peers.middle;
      return [
        row[at('rank')] ?? null,
        row[at('tenant_id')] ?? null,
        amountText(amount, basis === 'USD' ? 18 : 6),
        basis,
        ratioText(amount, total),
        ratioText(before, big(row, 'total_before')),
        peers.count === 0 ? null : ratioText(median, 2n * total),
        peers.count === 0 ? null : ratioText(peers.p99, total),
        median === 0n ? null : ratioText(2n * amount, median),
        ratioText(amount, before),
      ];
    });
  });
}

/** What sorted amounts are without the one at `place`; `middle` is twice their median, so that it stays an integer. */
function without(sorted: readonly bigint[], place: number | undefined): { count: number; middle: bigint; p99: bigint } {
  const count = sorted.length - (place === undefined ? 0 : 1);
  const nth = (n: number): bigint => sorted[place === undefined || n < place ? n : n + 1] ?? 0n;
  const half = Math.floor(count / 2);
  const middle = count === 0 ? 0n : count % 2 === 1 ? 2n * nth(half) : nth(half) + nth(half - 1);
  return { count, middle, p99: count === 0 ? 0n : nth(Math.max(0, Math.ceil(count * 0.99) - 1)) };
}

const compare = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);
