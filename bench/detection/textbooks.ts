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

/**
 * The DBSCAN of @bsull/augurs 0.10 at sensitivity 0.5 over one timestamp, written again from its description: eps is
 * (1 - sensitivity) 1.1 (max - min); the cluster is the run through the median without a gap above eps; without more than half
 * of all in it everything is an outlier.
 */
function augursDbscan(values: readonly number[]): readonly number[] {
  const order = [...values.keys()].sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0));
  const at = (place: number): number => values[order[place] ?? 0] ?? 0;
  if (values.length <= 2) return [];
  const eps = 0.5 * 1.1 * (at(values.length - 1) - at(0));
  let low = Math.floor((values.length - 1) / 2);
  let high = low;
  while (low > 0 && at(low) - at(low - 1) <= eps) low -= 1;
  while (high < values.length - 1 && at(high + 1) - at(high) <= eps) high += 1;
  if (high - low + 1 < values.length / 2 + 1) return [...values.keys()];
  const middle = quantile(values, 0.5);
  return order.filter((place, rank) => rank > high && (values[place] ?? 0) > middle);
}

/** The rules detection is held against. */
export const TEXTBOOKS: Readonly<Record<string, Textbook>> = {
  'IH 3.5, raw': iglewiczHoaglin,
  'IH 3.5, log': (values) => iglewiczHoaglin(values.map(Math.log)),
  Tukey: tukey,
  'mean+3sd': threeSigma,
  'augurs DBSCAN .5': augursDbscan,
};
