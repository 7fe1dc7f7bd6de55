import { type StatedRow, statedKey } from './StatedRow.js';

/**
 * What a later version of a bill, of the usage or of the policies adds to an allocation: a row for each part that is more, less,
 * new or gone, with the difference of amount and ratio, and the days of its charge as they first were. Added to `before` these
 * give `after`. Nothing where nothing changed. Pure and exact.
 */
export function correctAllocation(before: readonly StatedRow[], after: readonly StatedRow[]): readonly StatedRow[] {
  const old = sumStated(before);
  const now = sumStated(after);
  const keys = [...new Set([...old.keys(), ...now.keys()])].sort();
  return keys.flatMap((key) => {
    const [was, is] = [old.get(key), now.get(key)];
    const row = is ?? was;
    if (row === undefined) return [];
    const amount = (is?.amount ?? 0n) - (was?.amount ?? 0n);
    const ratio = (is?.ratio ?? 0n) - (was?.ratio ?? 0n);
    if (amount === 0n && ratio === 0n) return [];
    return [{ ...row, amount, ratio, ...(is === undefined ? { why: 'no longer a part' } : {}) }];
  });
}

/** Rows of one part added up; parts that add up to nothing are none. What they say is what the last of them says. */
export function sumStated(rows: readonly StatedRow[]): ReadonlyMap<string, StatedRow> {
  const sums = new Map<string, StatedRow>();
  for (const row of rows) {
    const key = statedKey(row);
    const sum = sums.get(key);
    const amount = (sum?.amount ?? 0n) + row.amount;
    const ratio = (sum?.ratio ?? 0n) + row.ratio;
    if (amount === 0n && ratio === 0n) sums.delete(key);
    else sums.set(key, { ...row, amount, ratio });
  }
  return sums;
}
