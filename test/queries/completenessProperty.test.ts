import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS, startOfHour } from '../../model/index.js';
import { type AgentRun, agentPrints, type Printed } from './agentLake.js';
import { openBench } from './completenessBench.js';

const TEN = Date.parse('2026-12-01T10:00:00Z');
const MINUTE = 60_000;
const WINDOW = { start: TEN, end: TEN + 3 * HOUR_MS };
let bench: Awaited<ReturnType<typeof openBench>>;

beforeAll(async () => {
  bench = await openBench(TEN);
}, 300_000);
afterAll(() => bench.close());

/** Agents of two tenants: pods that come and go, agents that are started again in them, lines all along. */
const runs: fc.Arbitrary<readonly AgentRun[]> = fc
  .array(
    fc.record({
      tenant: fc.constantFrom('acme', 'globex'),
      pod: fc.constantFrom('a', 'b'),
      starts: fc.integer({ min: -40, max: 100 }),
      lives: fc.integer({ min: 3, max: 180 }),
      pauses: fc.integer({ min: 0, max: 6 }),
      every: fc.integer({ min: 1, max: 20 }),
    }),
    { minLength: 1, maxLength: 4 },
  )
  .map((plans) => {
    const ends = new Map<string, number>();
    return plans.map(({ tenant, pod, starts, lives, pauses, every }) => {
      const place = `${tenant}/${pod}`;
      const before = ends.get(place);
      const from = (before === undefined ? TEN + starts * MINUTE : before + pauses * MINUTE) + 7_000;
      const until = from + lives * MINUTE;
      ends.set(place, until);
      const reads = Array.from({ length: Math.ceil(lives / every) }, (_, at) => from + at * every * MINUTE + 11_000);
      return { tenant, pod, from, until, reads: reads.filter((time) => time < until), holds: reads.slice(2, 3) };
    });
  });
/** What makes time pass: a pod of a tenant of its own. */
const clock = agentPrints({ tenant: 'clock', pod: 'c', from: TEN + 7 * HOUR_MS, until: TEN + 7.1 * HOUR_MS });
const isBeat = ({ heartbeat }: Printed): boolean => heartbeat !== undefined;
const complete = (rows: readonly string[]): readonly string[] =>
  rows
    .filter((row) => / complete/.test(row) && !row.startsWith('clock'))
    .map((row) => row.split(' ').slice(0, 2).join(' '));

/** What can be taken away so that hours must never look better: see docs/how-it-works.md. */
function removable(printed: readonly Printed[]): readonly Printed[] {
  const beats = printed.filter(isBeat);
  const span = (same: (beat: Printed) => boolean): readonly [number, number] => {
    const times = beats.filter(same).map(({ time }) => time);
    return [Math.min(...times), Math.max(...times)];
  };
  return printed.filter((line) => {
    const ofPod = (beat: Printed): boolean => beat.tenant === line.tenant && beat.pod === line.pod;
    const ofProcess = (beat: Printed): boolean => ofPod(beat) && beat.heartbeat?.started === line.heartbeat?.started;
    const [first, last] = span(isBeat(line) ? ofProcess : ofPod);
    return line.time > first && line.time < last;
  });
}

/** Whether it is a line of `tenant hour`. */
const inHour = (line: Printed, hour: string): boolean =>
  !isBeat(line) && hour === `${line.tenant} ${new Date(startOfHour(line.time)).toISOString().slice(11, 13)}`;

/** Whether the process that read a line never beat again. */
function afterLastBeat(line: Printed, all: readonly Printed[]): boolean {
  const own = all.filter((beat) => isBeat(beat) && beat.tenant === line.tenant && beat.pod === line.pod);
  const started = Number(line.id?.split('/')[2]);
  return !own.some((beat) => beat.time >= line.time && beat.heartbeat?.started === Math.floor(started / 1000));
}

it('a lake that lost nothing has no incomplete hour', async () => {
  await fc.assert(
    fc.asyncProperty(runs, async (plan) => {
      const { rows } = await bench.judged(await bench.lakeOf([...plan.flatMap(agentPrints), ...clock]), WINDOW);
      // An agent that was away for longer than is tolerated was silent, whatever it read afterwards.
      const away = plan.some(({ tenant, pod, from }) =>
        plan.some(
          (other) => other.tenant === tenant && other.pod === pod && from - other.until > MINUTE && from > other.until,
        ),
      );
      if (!away) expect(rows.filter((row) => !/ (complete|idle)/.test(row))).toEqual([]);
    }),
    { numRuns: 5 },
  );
}, 300_000);

it('losing more never makes an hour complete, and of a complete one no line that was counted is missing', async () => {
  const losses = fc.tuple(
    fc.float({ min: 0, max: 1, noNaN: true }),
    fc.float({ min: 0, max: 1, noNaN: true }),
    fc.nat(),
  );
  await fc.assert(
    fc.asyncProperty(runs, losses, async (plan, [share, more, seed]) => {
      const all = plan.flatMap(agentPrints);
      const may = removable(all);
      const order = may.map((line, at) => ({ line, place: (Math.imul(at + 1, 2_654_435_761) ^ seed) >>> 0 }));
      order.sort((a, b) => a.place - b.place);
      const first = Math.floor((may.length * share) / 8);
      const lost = new Set(order.slice(0, first).map(({ line }) => line));
      const lostMore = new Set(
        order.slice(0, first + Math.floor(((may.length - first) * more) / 4)).map(({ line }) => line),
      );
      const [some, fewer] = [lost, lostMore].map((gone) => all.filter((line) => !gone.has(line))) as [
        Printed[],
        Printed[],
      ];
      const before = complete((await bench.judged(await bench.lakeOf([...some, ...clock]), WINDOW)).rows);
      const after = complete((await bench.judged(await bench.lakeOf([...fewer, ...clock]), WINDOW)).rows);
      expect(before).toEqual(expect.arrayContaining([...after]));
      for (const hour of after) {
        const missing = [...lostMore].filter((line) => inHour(line, hour));
        // What an agent read after its last heartbeat is in nobody's count, and can stand in for as many that were counted.
        const uncounted = fewer.filter((line) => inHour(line, hour) && afterLastBeat(line, all));
        expect(missing.length, hour).toBeLessThanOrEqual(uncounted.length);
      }
    }),
    { numRuns: 6 },
  );
}, 300_000);
