import { Prng } from '../../ingest/simulator/Prng.js';
import { panelOf, strongFlags } from './newestWindow.js';
import { foundNoisy, restingFlags } from './oneWindow.js';
import { type Draw, lognormal, POPULATIONS, WINDOW_POPULATIONS } from './populations.js';
import { TEXTBOOKS, type Textbook } from './textbooks.js';
import { timeWindow } from './timeWindow.js';

/**
 * `npm run bench:detection [-- TRIALS]`: what detection flags beside textbook rules and augurs, on the same simulated fleets, with
 * a past and without, and how long a window takes. Seeds are fixed.
 */
const TENANTS = 100;
const HISTORY = 24;
const NOISE = 0.15;
/** Tenants of a window without a past, and how many of them are at ×6. */
const NOISY: readonly (readonly [number, number])[] = [
  [4, 1],
  [5, 1],
  [8, 1],
  [15, 1],
  [20, 3],
  [20, 6],
  [100, 12],
  [1000, 20],
];
/** A day of hours, and what the scheduled job reads: then C knows times of day, and G looks back five weeks. */
const HISTORIES = [
  ['28 hours', 29],
  ['39 days of hours', 39 * 24 + 1],
] as const;

/** False flags a window at rest, found of one tenant at ×6, and flags a window while all use 2.5 times as much, by rule. */
function compare(draw: Draw, trials: number): ReadonlyMap<string, readonly [number, number, number]> {
  const prng = new Prng(7);
  const sums = new Map<string, [number, number, number]>();
  const count = (rule: string, at: 0 | 1 | 2, value: number): void => {
    const sum = sums.get(rule) ?? [0, 0, 0];
    sum[at] += value / trials;
    sums.set(rule, sum);
  };
  for (let trial = 0; trial < trials; trial += 1) {
    const levels = Array.from({ length: TENANTS }, () => draw(prng));
    const amounts = Array.from({ length: HISTORY + 1 }, () =>
      Float64Array.from(levels, (level) => level * lognormal(NOISE)(prng)),
    );
    const [past, now] = [amounts.slice(0, -1), amounts.at(-1) ?? new Float64Array()];
    const who = prng.int(TENANTS);
    const six = now.map((amount, place) => (place === who ? 6 * amount : amount));
    const surge = now.map((amount) => 2.5 * amount);
    const rules: readonly [string, Textbook][] = [
      ['tenantscope', (window) => strongFlags(panelOf([...past, Float64Array.from(window)]))],
      ...Object.entries(TEXTBOOKS),
    ];
    for (const [name, rule] of rules) {
      count(name, 0, rule([...now]).length);
      count(name, 1, rule([...six]).includes(who) ? 1 : 0);
      count(name, 2, rule([...surge]).length);
    }
  }
  return sums;
}

function main(): void {
  const trials = Number(process.argv[2] ?? '100');
  const out = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  const row = (name: string, figures: readonly number[]): void =>
    out(`  ${name.padEnd(18)}${figures.map((figure) => figure.toFixed(2).padStart(7)).join('')}`);
  out(`${TENANTS} tenants, ${HISTORY} hours of history, own noise ${NOISE}, ${trials} fleets each`);
  out('false flags a window / found of one at x6 / flags a window while all use 2.5 times as much');
  for (const [name, draw] of Object.entries(POPULATIONS)) {
    out(`\n${name}`);
    for (const [rule, figures] of compare(draw, trials)) row(rule, figures);
  }
  out(`\none window without a past, ${4 * trials} each: flags at rest of 10 tenants / of 100`);
  for (const [name, draw] of Object.entries(WINDOW_POPULATIONS)) {
    out(`\n${name}`);
    const [ten, hundred] = [restingFlags(draw, 10, 4 * trials), restingFlags(draw, 100, 4 * trials)];
    for (const [rule, figure] of ten) row(rule, [figure, hundred.get(rule) ?? 0]);
  }
  out('\none window without a past, lognormal .2: found of those at x6 / flags of others');
  for (const [tenants, noisy] of NOISY) {
    out(`\n${noisy} of ${tenants}`);
    for (const [rule, figures] of foundNoisy(tenants, noisy, trials)) row(rule, figures);
  }
  out(
    '\none window of one meter: milliseconds of processor time, the least of seven (by the clock; the first of them)',
  );
  for (const [name, windows] of HISTORIES) {
    out(`${name} before it`);
    for (const tenants of [1_000, 10_000, 100_000]) {
      const { processor, clock, first } = timeWindow(tenants, windows);
      const [least, around] = [processor.toFixed(0).padStart(6), `(${clock.toFixed(0)}; ${first.toFixed(0)})`];
      out(`  ${String(tenants).padStart(7)} tenants ${least} ms ${around}`);
    }
  }
}

main();
