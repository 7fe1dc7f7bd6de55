import { type Allocation, RESERVED_TENANTS } from '../../model/index.js';
import type { AllocatedRow } from './AllocatedRow.js';
import { type Share, splitExactly } from './splitExactly.js';

/**
 * Passes on what fell to tenants that work for the others: each of their rows is split over the others, so that a row stays
 * what it was (usage or idle) and a charge's rows still add up to it. In proportion means by what the others cost before, over
 * all charges and without idle capacity. Where there is nobody to pass on to, and with `none`, the row is `_shared`. Pure and exact.
 */
export function passOn(
  rows: readonly AllocatedRow[],
  { shared, pass_on }: Pick<Allocation, 'shared' | 'pass_on'>,
): readonly AllocatedRow[] {
  const from: ReadonlySet<string> = new Set(shared);
  const costs = new Map<string, bigint>();
  for (const { recipient, kind, amount } of rows) {
    if (kind === 'idle' || recipient.startsWith('_') || from.has(recipient)) continue;
    costs.set(recipient, (costs.get(recipient) ?? 0n) + amount);
  }
  const others: readonly Share[] =
    pass_on === 'none'
      ? []
      : [...costs]
          .map(([key, cost]) => ({ key, weight: pass_on === 'even' ? 1n : cost > 0n ? cost : 0n }))
          .filter(({ weight }) => weight > 0n);
  return rows.flatMap((row) => {
    if (!from.has(row.recipient)) return [row];
    const passed = { ...row, passed_from: row.recipient };
    if (others.length === 0) return [{ ...passed, recipient: RESERVED_TENANTS.shared }];
    const amounts = splitExactly(row.amount, others);
    const ratios = splitExactly(row.ratio, others);
    return others.map(({ key }) => ({
      ...passed,
      recipient: key,
      ratio: ratios.get(key) ?? 0n,
      amount: amounts.get(key) ?? 0n,
    }));
  });
}
