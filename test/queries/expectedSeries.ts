import type { UsageLine } from './usageLake.js';

const HOUR = 3_600_000;

/**
 * What the ledger must add up to, by the plain definition: all lines at once, each id once, samples in event order. Written
 * without the product's code, in the form of `ledgerLines`.
 *
 * @param grain milliseconds of one row
 */
export function expectedLines(all: readonly UsageLine[], grain = HOUR): string[] {
  const lines = [...new Map(all.map((line) => [line.id, line])).values()];
  const totals = new Map<string, { quantity: bigint; events: number }>();
  const add = (line: UsageLine, quantity: bigint, events: number): void => {
    const hour = new Date(Math.floor(line.time / grain) * grain).toISOString();
    const key = ['acme', line.emitter, 'Test', 'r', line.operation, `m_${line.kind}`, 'Units', hour].join(' | ');
    const total = totals.get(key) ?? { quantity: 0n, events: 0 };
    totals.set(key, { quantity: total.quantity + quantity, events: total.events + events });
  };
  for (const line of lines) add(line, line.kind === 'sum' ? line.quantity : 0n, 1);
  for (const series of groups(lines.filter((line) => line.kind === 'counter')).values()) {
    for (const [place, line] of series.entries()) {
      const before = series[place - 1]?.quantity;
      if (before !== undefined) add(line, line.quantity < before ? line.quantity : line.quantity - before, 0);
    }
  }
  for (const [first] of groups(lines.filter((line) => line.kind === 'distinct')).values()) {
    if (first !== undefined) add(first, 1_000_000n, 0);
  }
  return [...totals].map(([key, { quantity, events }]) => `${key}: ${quantity} in ${events}`).sort();
}

/** Samples by series (a distinct count's also by month), in order, without those taken back. */
function groups(lines: readonly UsageLine[]): Map<string, UsageLine[]> {
  const copies = new Map<string, { line: UsageLine; copies: number }>();
  for (const line of lines) {
    const back = line.quantity < 0n;
    const sample = { ...line, quantity: back ? -1n - line.quantity : line.quantity };
    const key = JSON.stringify([sample.series, sample.time, String(sample.quantity), sample.emitter, sample.operation]);
    const known = copies.get(key)?.copies ?? 0;
    copies.set(key, { line: sample, copies: known + (back ? -1 : 1) });
  }
  const there = [...copies.values()].filter((entry) => entry.copies > 0).map(({ line }) => line);
  const series = new Map<string, UsageLine[]>();
  for (const line of there.sort(inOrder)) {
    const key =
      line.kind === 'distinct' ? `${line.series} ${new Date(line.time).toISOString().slice(0, 7)}` : line.series;
    series.set(key, [...(series.get(key) ?? []), line]);
  }
  return series;
}

function inOrder(a: UsageLine, b: UsageLine): number {
  const texts = (x: string, y: string): number => (x < y ? -1 : Number(x > y));
  return (
    a.time - b.time || Number(a.quantity - b.quantity) || texts(a.emitter, b.emitter) || texts(a.operation, b.operation)
  );
}
