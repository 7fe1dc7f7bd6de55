import { augurs } from './augurs.js';

/** A textbook rule over one window: which places of the amounts it flags, upper side. */
export type Textbook = (amounts: readonly number[]) => readonly number[];

const ascending = (values: readonly number[]): number[] => [...values].sort((a, b) => a - b);

function quantile(values: readonly number[], q: number): number {
  const sorted = ascending(values);
  const place = (sorted.length - 1) * q;
  const low = sorted[Math.floor(place)] ?? Number.NaN;
  return low + (place - Math.floor(place)) * ((sorted[Math.floor(place) + 1] ?? low) - low);
}

const placesAbove = (values: readonly number[], bar: number): readonly number[] =>
  values.flatMap((value, place) => (value > bar ? [place] : []));

/** Iglewicz and Hoaglin 1993: 0.6745 (x - median) / MAD above 3.5; without a MAD, 1.2533 times the mean absolute deviation. */
function iglewiczHoaglin(values: readonly number[]): readonly number[] {
  const middle = quantile(values, 0.5);
  const deviations = values.map((value) => Math.abs(value - middle));
  const mad = quantile(deviations, 0.5);
  const mean = deviations.reduce((sum, value) => sum + value, 0) / values.length;
  const scale = mad > 0 ? mad / 0.6745 : 1.2533 * mean;
  return scale === 0 ? [] : placesAbove(values, middle + 3.5 * scale);
}

function tukey(values: readonly number[]): readonly number[] {
  const [q1, q3] = [quantile(values, 0.25), quantile(values, 0.75)];
  return placesAbove(values, q3 + 1.5 * (q3 - q1));
}

function threeSigma(values: readonly number[]): readonly number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1);
  return placesAbove(values, mean + 3 * Math.sqrt(variance));
}

/** A rule of the amounts above 0: nothing has no logarithm. */
function ofActive(rule: Textbook): Textbook {
  return (amounts) => {
    const places = placesAbove(amounts, 0);
    return rule(places.map((place) => amounts[place] ?? 0)).map((at) => places[at] ?? 0);
  };
}

/** The rules detection is held against. */
export const TEXTBOOKS: Readonly<Record<string, Textbook>> = {
  'IH 3.5, raw': iglewiczHoaglin,
  'IH 3.5, log': ofActive((values) => iglewiczHoaglin(values.map(Math.log))),
  Tukey: tukey,
  'mean+3sd': threeSigma,
  'augurs DBSCAN .5': augurs('dbscan', 0.5),
  'augurs DBSCAN .9': augurs('dbscan', 0.9),
  'augurs MAD .5': augurs('mad', 0.5),
};
