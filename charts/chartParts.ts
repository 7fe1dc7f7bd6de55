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
