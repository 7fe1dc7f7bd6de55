import type { QueryResult, Rows, Value } from '../engines/QueryResult.js';
import { ratioText } from './deriveShare.js';
import { amountText } from './exactAmounts.js';

/** The columns {@link deriveQuota} gives. */
export const QUOTA_USE_COLUMNS = [
  { name: 'quota', type: 'varchar', unit: '' },
  { name: 'service', type: 'varchar', unit: '' },
  { name: 'meter', type: 'varchar', unit: '' },
  { name: 'per', type: 'varchar', unit: '' },
  { name: 'peak_at', type: 'timestamp', unit: 'UTC' },
  { name: 'tenant_id', type: 'varchar', unit: '' },
  { name: 'used', type: 'decimal(38,6)', unit: '' },
  { name: 'total', type: 'decimal(38,6)', unit: '' },
  { name: 'limit', type: 'decimal(38,6)', unit: '' },
  { name: 'tenant_share', type: 'decimal(38,6)', unit: 'of the limit' },
  { name: 'total_share', type: 'decimal(38,6)', unit: 'of the limit' },
  { name: 'days_until_limit', type: 'varchar', unit: 'days' },
];

/** The straight line through the days' values, as the sums that make it. */
interface Trend {
  readonly days: bigint;
  readonly x: bigint;
  readonly xx: bigint;
  readonly y: bigint;
  readonly xy: bigint;
  readonly lastX: bigint;
}

/** Adds to quota-usage what needs exact division: shares of the limit, and in how many days the trend reaches it. */
export function deriveQuota(raw: QueryResult): Rows {
  const at = (row: readonly Value[], name: string): Value => row[raw.columns.indexOf(name)] ?? null;
  return raw.rows.map((row) => {
    const big = (name: string): bigint => BigInt(String(at(row, name) ?? 0));
    const limit = big('limit_micros');
    const trend = {
      days: big('days'),
      x: big('sum_x'),
      xx: big('sum_xx'),
      y: big('sum_y_micros'),
      xy: big('sum_xy_micros'),
      lastX: big('last_x'),
    };
    return [
      ...['quota', 'service', 'meter', 'per', 'peak_at', 'tenant_id'].map((name) => at(row, name)),
      ...['used_micros', 'total_micros', 'limit_micros'].map((name) => amountText(big(name), 6)),
      ratioText(big('used_micros'), limit),
      ratioText(big('total_micros'), limit),
      daysUntil(limit, trend),
    ];
  });
}

/**
 * Whole days, rounded down, until the least-squares line through the days reaches the limit; in words when it does not, or has
 * already. All in integers: slope = (n Sxy - Sx Sy) / (n Sxx - Sx Sx).
 */
export function daysUntil(limit: bigint, { days, x, xx, y, xy, lastX }: Trend): string {
  const spread = days * xx - x * x;
  if (days < 2n || spread === 0n) return 'too few days';
  const slope = days * xy - x * y;
  if (slope <= 0n) return 'no growth';
  // The line on the last day, times days and spread.
  const now = slope * (days * lastX - x) + y * spread;
  const left = limit * days * spread - now;
  return left <= 0n ? 'reached' : String(left / (days * slope));
}
