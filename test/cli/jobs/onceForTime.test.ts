import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { onceForTime } from '../../../cli/jobs/onceForTime.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';

const DUE = Date.parse('2026-11-27T10:05:00Z');

/** A job that counts, and a clock that stands still unless it is moved. */
function world() {
  const store = memoryStore();
  let now = DUE + 1000;
  let done = 0;
  const run = (scheduledAt: number | undefined, work = async (): Promise<number> => ++done) =>
    onceForTime({ store, job: 'ledger', scheduledAt, clock: () => now }, work);
  return { run, done: () => done, at: (time: number) => (now = time) };
}

it('a run started twice for the same time does nothing twice', async () => {
  const { run, done } = world();
  expect(await run(DUE)).toBe(1);
  expect(await run(DUE)).toEqual({
    skipped: expect.stringMatching(/began 2026-11-27T10:05:01.*due 2026-11-27T10:05:00/),
  });
  expect(done()).toBe(1);
});

it('two runs at once for the same time: one works, the other finds it at work', async () => {
  const { run, done } = world();
  const ended = await Promise.allSettled([run(DUE), run(DUE)]);
  expect(ended.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
  expect(ended.find(({ status }) => status === 'rejected')).toMatchObject({ reason: { code: 'LAKE_BUSY' } });
  expect(done()).toBe(1);
});

it('a run that failed has done nothing: the next one for its time works', async () => {
  const { run, done } = world();
  await expect(run(DUE, () => Promise.reject(new Error('no engine')))).rejects.toThrow('no engine');
  expect(await run(DUE)).toBe(1);
  expect(done()).toBe(1);
});

it('starts that waited for a long run are done by the first of them that begins', async () => {
  const { run, done, at } = world();
  at(DUE + 11 * 60_000);
  await run(DUE + 5 * 60_000);
  expect(await run(DUE + 10 * 60_000)).toHaveProperty('skipped');
  expect(await run(DUE + 15 * 60_000)).toBe(2);
  expect(done()).toBe(2);
});

it('by hand it runs whenever it is told to', async () => {
  const { run, done } = world();
  await run(DUE);
  await run(undefined);
  await run(undefined);
  expect(done()).toBe(3);
});

it('in whatever order starts arrive, the work is done after the last time that was due, and never for a time that was done', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ due: fc.integer({ min: 0, max: 20 }), later: fc.integer({ min: 0, max: 40 }) }), {
        minLength: 1,
        maxLength: 12,
      }),
      async (starts) => {
        const { run, at } = world();
        let now = DUE;
        let began = Number.NEGATIVE_INFINITY;
        for (const { due, later } of starts) {
          now = Math.max(now, DUE + due * 60_000) + later * 1000;
          at(now);
          const before = began;
          await run(DUE + due * 60_000, async () => (began = now));
          expect(began >= DUE + due * 60_000).toBe(true);
          if (before >= DUE + due * 60_000) expect(began).toBe(before);
        }
      },
    ),
    { numRuns: 50 },
  );
});
