import { peerTest } from '../../alerts/detection/peerTest.js';
import { Prng } from '../../ingest/simulator/Prng.js';
import { type Draw, lognormal } from './populations.js';
import { TEXTBOOKS, type Textbook } from './textbooks.js';

/** P alone, without any past, and its part that the population's own tail does not explain. */
const PEER_RULES: Readonly<Record<string, Textbook>> = {
  'P, strong': (amounts) => strong(amounts, true),
  'P, tail graded': (amounts) => strong(amounts, false),
};

/** The rules that look at one window only. */
export const WINDOW_RULES: Readonly<Record<string, Textbook>> = { ...PEER_RULES, ...TEXTBOOKS };

function strong(amounts: readonly number[], capped: boolean): readonly number[] {
  const weights = new Float64Array(amounts.length).fill(1);
  const { flagged } = peerTest({ amounts: Float64Array.from(amounts), weights, tiers: [] });
  return [...flagged].flatMap(([place, { level, tailCapped }]) =>
    level === 'strong' && (capped || !tailCapped) ? [place] : [],
  );
}

/** Flags a window of so many tenants in which nothing is wrong, by rule. */
export function restingFlags(draw: Draw, tenants: number, windows: number): ReadonlyMap<string, number> {
  const drawn = fleets(draw, tenants, windows);
  return byRule((rule) => mean(drawn.map((amounts) => rule(amounts).length)));
}

/** Part found of so many tenants at ×6 the level of `lognormal .2`, and flags of others in such a window, by rule. */
export function foundNoisy(tenants: number, noisy: number, windows: number): ReadonlyMap<string, [number, number]> {
  const drawn = fleets(lognormal(0.2), tenants, windows).map((amounts) =>
    amounts.map((amount, place) => (place < noisy ? 6 * amount : amount)),
  );
  return byRule((rule) => {
    const flags = drawn.map((amounts) => rule(amounts));
    const found = flags.map((places) => places.filter((place) => place < noisy).length);
    return [mean(found) / noisy, mean(flags.map((places) => places.length)) - mean(found)];
  });
}

function fleets(draw: Draw, tenants: number, windows: number): readonly (readonly number[])[] {
  const prng = new Prng(7);
  return Array.from({ length: windows }, () => Array.from({ length: tenants }, () => draw(prng)));
}

function byRule<T>(figure: (rule: Textbook) => T): ReadonlyMap<string, T> {
  return new Map(Object.entries(WINDOW_RULES).map(([name, rule]) => [name, figure(rule)]));
}

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
