import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { parse } from 'csv-parse/sync';
import { describe, expect, it } from 'vitest';
import { ownHistoryScores } from '../../../alerts/detection/ownHistoryScore.js';
import { DAY_MS } from '../../../model/index.js';
import { sampleData } from '../../sampleData.js';

/** What S must reach on these series in the mean, read two-sided; it is what the published score reaches. */
const GOAL = 0.68;

/**
 * Average precision: precision at each recall, weighted by the recall it adds; equal scores count as one threshold. Undefined
 * without a label.
 */
function averagePrecision(scores: readonly number[], labels: readonly boolean[]): number | undefined {
  const all = labels.filter(Boolean).length;
  if (all === 0) return undefined;
  const order = scores
    .map((score, place) => ({ score, hit: labels[place] === true }))
    .sort((a, b) => b.score - a.score);
  let [seen, hits, sum] = [0, 0, 0];
  while (seen < order.length) {
    const threshold = order[seen]?.score;
    const before = hits;
    for (; seen < order.length && order[seen]?.score === threshold; seen += 1) if (order[seen]?.hit === true) hits += 1;
    sum += ((hits - before) / all) * (hits / seen);
  }
  return sum;
}

/** A labelled series at its own regular distance; a moment without a row is NaN. */
function readSeries(file: string) {
  const rows: { TimeStamp: string; Value: string; Label: string }[] = parse(readFileSync(file), { columns: true });
  const points = rows
    .map(({ TimeStamp, Value, Label }) => ({
      at: Date.parse(`${TimeStamp.replace(/Z$/, '')}Z`),
      value: Number(Value),
      hit: Label === '1',
    }))
    .sort((a, b) => a.at - b.at);
  const steps = points.slice(1).map(({ at }, place) => at - (points[place]?.at ?? 0));
  const windowMs = steps.sort((a, b) => a - b)[Math.floor(steps.length / 2)] ?? 0;
  const first = points[0]?.at ?? 0;
  const length = Math.round(((points.at(-1)?.at ?? 0) - first) / windowMs) + 1;
  const values = new Float64Array(length).fill(Number.NaN);
  const labels: boolean[] = new Array(length).fill(false);
  for (const { at, value, hit } of points) {
    const place = Math.round((at - first) / windowMs);
    values[place] = value;
    labels[place] = labels[place] === true || hit;
  }
  return { values, labels, windowMs };
}

const folder = sampleData('cloud-monitoring');

describe('average precision', () => {
  it('is one for a perfect order, the part of hits for none, and knows ties', () => {
    expect(averagePrecision([3, 2, 1], [true, false, false])).toBe(1);
    expect(averagePrecision([1, 1, 1, 1], [true, false, false, false])).toBe(0.25);
    expect(averagePrecision([4, 3, 2, 1], [false, true, false, true])).toBe(0.5);
    expect(averagePrecision([1], [false])).toBeUndefined();
  });
});

describe.skipIf(folder === undefined)('S on labelled series of a cloud', () => {
  it(`has a mean average precision of ${GOAL} at least`, () => {
    const found = readdirSync(folder ?? '', { recursive: true, encoding: 'utf8' })
      .filter((name) => name.endsWith('.csv'))
      .sort()
      .map((name) => {
        const { values, labels, windowMs } = readSeries(join(folder ?? '', name));
        const warmUp = Math.min(Math.round((14 * DAY_MS) / windowMs), Math.floor(values.length / 4));
        const { both } = ownHistoryScores(values, windowMs);
        const places = [...both.keys()].filter((place) => place >= warmUp && Number.isFinite(both[place]));
        const scored = places.map((place) => both[place] ?? 0);
        return {
          name,
          precision: averagePrecision(
            scored,
            places.map((place) => labels[place] === true),
          ),
        };
      });
    const scores = found.flatMap(({ precision }) => (precision === undefined ? [] : [precision]));
    const mean = scores.reduce((sum, score) => sum + score, 0) / scores.length;
    for (const { name, precision } of found)
      console.info(`${precision === undefined ? 'no label after warm-up' : precision.toFixed(3)}  ${name}`);
    console.info(`mean of ${scores.length}: ${mean.toFixed(4)}`);
    expect(scores.length).toBeGreaterThan(0);
    expect(mean).toBeGreaterThanOrEqual(GOAL);
  });
});
