import { judgePanel } from '../../alerts/detection/judgePanel.js';
import type { UsagePanel } from '../../alerts/detection/UsagePanel.js';
import { Prng } from '../../ingest/simulator/Prng.js';
import { HOUR_MS } from '../../model/index.js';
import { TEXTBOOKS } from './textbooks.js';

/**
 * `npm run bench:detection [-- TRIALS]`: what detection flags beside textbook rules, on the same simulated fleets, and how long a
 * window takes. Flags of ours are strong findings of C, or of P where it is not capped; those of a window in which too many stand
 * out at once, where no tenant is named, are none. Seeds are fixed.
 */
const TENANTS = 100;
const HISTORY = 24;
const NOISE = 0.15;

const normal = (prng: Prng): number => Math.sqrt(-2 * Math.log(1 - prng.next())) * Math.cos(2 * Math.PI * prng.next());
const lognormal =
  (spread: number) =>
  (prng: Prng): number =>
    Math.exp(spread * normal(prng));

const POPULATIONS: Readonly<Record<string, (prng: Prng) => number>> = {
  'lognormal .2': lognormal(0.2),
  'lognormal .5': lognormal(0.5),
  'lognormal 1': lognormal(1),
  'lognormal 1.4': lognormal(1.4),
  'Pareto 1.2': (prng) => (1 - prng.next()) ** (-1 / 1.2),
};

function panelOf(amounts: readonly Float64Array[]): UsagePanel {
  const tenants = Array.from(amounts[0] ?? [], (_, place) => `t${place}`);
  const start = Date.parse('2026-11-01T00:00:00Z');
  return { service: 'DynamoDB', basis: 'USD', usdPerUnit: 1, windowMs: HOUR_MS, start, tenants, amounts };
}

/** Places of the tenants with a strong finding in a panel's newest window. */
function strongFlags(panel: UsagePanel): readonly number[] {
  const last = panel.amounts.length - 1;
  const windows = judgePanel({
    panel,
    from: last,
    until: last + 1,
    facts: () => ({}),
    signal: () => undefined,
    incomplete: () => undefined,
  });
  return [...windows].flatMap((window) =>
    window.systemic !== undefined || window.noMajority
      ? []
      : window.tenants.flatMap(({ evidence }) => {
          const strong = evidence.changeLevel === 'strong' || (evidence.peerLevel === 'strong' && !evidence.tailCapped);
          return strong ? [Number(evidence.tenant.slice(1))] : [];
        }),
  );
}

/** False flags a window at rest, found of one tenant at ×6, and flags a window while all use 2.5 times as much, by rule. */
function compare(draw: (prng: Prng) => number, trials: number): ReadonlyMap<string, readonly [number, number, number]> {
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
      Float64Array.from(levels, (level) => level * Math.exp(NOISE * normal(prng))),
    );
    const [past, now] = [amounts.slice(0, -1), amounts.at(-1) ?? new Float64Array()];
    const who = prng.int(TENANTS);
    const six = now.map((amount, place) => (place === who ? 6 * amount : amount));
    const surge = now.map((amount) => 2.5 * amount);
    const rules: [string, (window: Float64Array) => readonly number[]][] = [
      ['tenantscope', (window) => strongFlags(panelOf([...past, window]))],
      ...Object.entries(TEXTBOOKS).map(([name, rule]): [string, (window: Float64Array) => readonly number[]] => [
        name,
        (window) => rule([...window]),
      ]),
    ];
    for (const [name, rule] of rules) {
      count(name, 0, rule(now).length);
      count(name, 1, rule(six).includes(who) ? 1 : 0);
      count(name, 2, rule(surge).length);
    }
  }
  return sums;
}

/** How long one window of a meter takes, in milliseconds: the least of some runs, and the first of them, before code is compiled. */
interface Times {
  readonly first: number;
  readonly processor: number;
  readonly clock: number;
}

/** A day of hours, and what the scheduled job reads: then C knows times of day, and G looks back five weeks. */
const HISTORIES = [
  ['28 hours', 29],
  ['39 days of hours', 39 * 24 + 1],
] as const;
const RUNS = 7;
/** Windows that are told apart; a longer history has them again and again, since 39 days of 100,000 tenants are 750 MB. */
const DISTINCT = 29;

/**
 * Times the newest of so many windows. Processor time is that of all the process's threads, so that it holds on one core; on a
 * machine that others use the clock says more of them than of this.
 */
function timesOf(tenants: number, windows: number): Times {
  const prng = new Prng(3);
  const levels = Array.from({ length: tenants }, () => Math.exp(normal(prng)));
  const distinct = Array.from({ length: DISTINCT }, () =>
    Float64Array.from(levels, (level) => level * Math.exp(NOISE * normal(prng))),
  );
  const panel = panelOf(
    Array.from({ length: windows }, (_, window) => distinct[window % DISTINCT] ?? new Float64Array(tenants)),
  );
  const runs = Array.from({ length: RUNS }, () => {
    const [begun, at] = [process.cpuUsage(), performance.now()];
    strongFlags(panel);
    const { user, system } = process.cpuUsage(begun);
    return { processor: (user + system) / 1000, clock: performance.now() - at };
  });
  const least = (of: 'processor' | 'clock'): number => Math.min(...runs.map((run) => run[of]));
  return { first: runs[0]?.processor ?? 0, processor: least('processor'), clock: least('clock') };
}

function main(): void {
  const trials = Number(process.argv[2] ?? '100');
  const out = (text: string): void => {
    process.stdout.write(`${text}\n`);
  };
  out(`${TENANTS} tenants, ${HISTORY} hours of history, own noise ${NOISE}, ${trials} fleets each`);
  out('false flags a window / found of one at x6 / flags a window while all use 2.5 times as much');
  for (const [name, draw] of Object.entries(POPULATIONS)) {
    out(`\n${name}`);
    for (const [rule, [rest, recall, surge]] of compare(draw, trials))
      out(
        `  ${rule.padEnd(18)} ${rest.toFixed(2).padStart(6)} ${recall.toFixed(2).padStart(6)} ${surge.toFixed(2).padStart(6)}`,
      );
  }
  out(
    '\none window of one meter: milliseconds of processor time, the least of seven (by the clock; the first of them)',
  );
  for (const [name, windows] of HISTORIES) {
    out(`${name} before it`);
    for (const tenants of [1_000, 10_000, 100_000]) {
      const { processor, clock, first } = timesOf(tenants, windows);
      const [least, around] = [processor.toFixed(0).padStart(6), `(${clock.toFixed(0)}; ${first.toFixed(0)})`];
      out(`  ${String(tenants).padStart(7)} tenants ${least} ms ${around}`);
    }
  }
}

main();
