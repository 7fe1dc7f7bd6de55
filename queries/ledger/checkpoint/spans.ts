import { DAY_MS } from '../../../model/index.js';

/** From an instant to another, both inclusive, as ISO texts. */
export type Span = [string, string];

/** Of more, nobody gains by knowing the gaps between them. */
const MOST_SPANS = 64;

/**
 * The spans that some cover together, ascending. Those that overlap or are less than a day apart become one: what came late for
 * hours long ago does not hide that nothing lies between them and now.
 */
export function spansOf(spans: readonly (readonly [string, string])[]): Span[] {
  const joined: Span[] = [];
  for (const [first, last] of spans.toSorted(([a], [b]) => (a < b ? -1 : Number(a > b)))) {
    const before = joined.at(-1);
    if (before !== undefined && (first <= before[1] || Date.parse(first) - Date.parse(before[1]) < DAY_MS)) {
      if (last > before[1]) before[1] = last;
    } else joined.push([first, last]);
  }
  const [least, greatest] = [joined[0], joined.at(-1)];
  if (joined.length <= MOST_SPANS || least === undefined || greatest === undefined) return joined;
  return [[least[0], greatest[1]]];
}

/** True when a span has an instant in common with one of others, or could. */
export function overlaps(span: readonly [string, string], spans: readonly (readonly [string, string])[]): boolean {
  return spans.some(([first, last]) => first <= span[1] && span[0] <= last);
}
