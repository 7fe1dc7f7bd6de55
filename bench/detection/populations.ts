import type { Prng } from '../../ingest/simulator/Prng.js';

/** A tenant's usage, drawn from a population. */
export type Draw = (prng: Prng) => number;

/** A standard normal value (Box and Muller). */
export const normal: Draw = (prng) => Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());

/** Usage whose logarithm has this standard deviation. */
export const lognormal =
  (spread: number): Draw =>
  (prng) =>
    Math.exp(spread * normal(prng));

const pareto: Draw = (prng) => (1 - prng.next()) ** (-1 / 1.2);

/** Fleets whose tenants are active all the time. */
export const POPULATIONS: Readonly<Record<string, Draw>> = {
  'lognormal .2': lognormal(0.2),
  'lognormal .5': lognormal(0.5),
  'lognormal 1': lognormal(1),
  'lognormal 1.4': lognormal(1.4),
  'Pareto 1.2': pareto,
};

/** The populations of one window without a past: those of published simulations of the peer test. */
export const WINDOW_POPULATIONS: Readonly<Record<string, Draw>> = {
  'lognormal .2': lognormal(0.2),
  'lognormal .5': lognormal(0.5),
  'lognormal 1': lognormal(1),
  'Pareto 1.2': pareto,
  '60 % idle': (prng) => (prng.next() < 0.6 ? 0 : lognormal(0.5)(prng)),
  'tiers 1x, 8x': (prng) => (prng.next() < 0.3 ? 8 : 1) * lognormal(0.3)(prng),
};
