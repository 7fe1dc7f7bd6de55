import { expect, it } from 'vitest';
import { Prng } from '../../../ingest/simulator/Prng.js';
import { peerVerdicts } from './peerVerdicts.js';

const WINDOWS = 400;
const TENANTS = 100;
const gauss = (prng: Prng): number => Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());

/** Strong flags a window where nothing is wrong: all of them, and those that the population's own tail does not explain. */
function rates(draw: (prng: Prng) => number): { readonly strong: number; readonly graded: number } {
  const prng = new Prng(20_261_127);
  let [strong, graded] = [0, 0];
  for (let window = 0; window < WINDOWS; window += 1) {
    const amounts = Array.from({ length: TENANTS }, () => draw(prng));
    const flagged = peerVerdicts(amounts).filter(({ level }) => level === 'strong');
    strong += flagged.length;
    graded += flagged.filter(({ tailCapped }) => !tailCapped).length;
  }
  return { strong: strong / WINDOWS, graded: graded / WINDOWS };
}

it.each([
  ['lognormal 0.5', (prng: Prng) => Math.exp(0.5 * gauss(prng)), 0.06],
  ['lognormal 1', (prng: Prng) => Math.exp(gauss(prng)), 0.06],
])('of 100 tenants of %s hardly any is strong in a quiet window', (_, draw, most) => {
  expect(rates(draw).strong).toBeLessThanOrEqual(most);
});

it('of 100 tenants of Pareto 1.2 six are strong in a quiet window, and the tail explains nearly all', () => {
  const { strong, graded } = rates((prng) => (1 - prng.next()) ** (-1 / 1.2));
  expect(strong).toBeGreaterThan(5);
  expect(graded).toBeLessThanOrEqual(0.1);
});

it('a tenant far outside of a heavy tail is not capped by it', () => {
  const prng = new Prng(7);
  const amounts = Array.from({ length: TENANTS }, () => (1 - prng.next()) ** (-1 / 1.2));
  const most = Math.max(...amounts);
  const [first] = peerVerdicts([most * 100_000, ...amounts]);
  expect(first).toMatchObject({ level: 'strong', tailCapped: false });
});
