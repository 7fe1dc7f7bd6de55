/** Stands for the page's own text colour: `renderSvg` writes `currentColor`, so that light and dark both keep contrast. */
export const INK = '#010203';

/** How text in charts is set. */
export const text = { color: INK, fontSize: 12, fontFamily: 'system-ui, sans-serif' };

/** A share as axes show it. */
export const percent = (share: number): string => `${Math.round(share * 100)} %`;

const COUNTS = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });

/** An amount as axes and points show it: three digits, with its unit; dollars with their sign. */
export function amountLabel(value: number, unit: string): string {
  const small = value !== 0 && Math.abs(value) < 0.001;
  const number = small ? value.toPrecision(2) : COUNTS.format(value);
  if (unit === 'USD') return value < 0 ? `-$${number.slice(1)}` : `$${number}`;
  return unit === '' ? number : `${number} ${unit}`;
}

/** An axis of amounts: it begins at zero, and names its unit once. */
export function amountAxis(unit: string) {
  return {
    type: 'value',
    min: 0,
    name: unit,
    nameTextStyle: { ...text, align: 'left' },
    nameGap: 12,
    axisLabel: { ...text, formatter: (value: number) => amountLabel(value, '') },
    splitLine: { lineStyle: { color: INK, opacity: 0.15 } },
  } as const;
}

/** Bands over hours that are not complete, to be spread into the first series of a chart; empty without any. */
export function incompleteMarks(hours: readonly string[], incomplete: readonly boolean[] | undefined) {
  const spans = incompleteSpans(incomplete ?? []);
  if (spans.length === 0) return {};
  const last = hours.length - 1;
  return {
    markArea: {
      silent: true,
      itemStyle: { color: INK, opacity: 0.14, borderColor: INK, borderWidth: 1, borderType: 'dashed' },
      label: { ...text, position: 'insideTop', fontSize: 11 },
      // A category axis without gaps has no width at its ends: a span of one hour reaches half an hour's way to the next.
      data: spans.map(([from, to]) => [
        { name: to - from > 1 ? 'incomplete' : '!', xAxis: from },
        { xAxis: Math.min(to === from ? to + 1 : to, last) },
      ]),
    },
  };
}

/** First and last place of each row of hours that are not complete. */
export function incompleteSpans(incomplete: readonly boolean[]): readonly (readonly [number, number])[] {
  const spans: [number, number][] = [];
  incomplete.forEach((doubt, place) => {
    if (!doubt) return;
    const last = spans.at(-1);
    if (last !== undefined && last[1] === place - 1) last[1] = place;
    else spans.push([place, place]);
  });
  return spans;
}
