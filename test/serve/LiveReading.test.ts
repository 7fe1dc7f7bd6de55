import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { LiveReading } from '../../serve/LiveReading.js';

/** A reading whose answers the test gives, and a clock it moves. */
function world(refreshMs = 60_000) {
  let now = 0;
  const waiting: { resolve: (value: string) => void; reject: (error: unknown) => void }[] = [];
  let most = 0;
  let open = 0;
  const live = new LiveReading<string>({
    clock: () => now,
    refreshMs,
    read: () => {
      open += 1;
      most = Math.max(most, open);
      return new Promise<string>((resolve, reject) => waiting.push({ resolve, reject })).finally(() => {
        open -= 1;
      });
    },
  });
  const settled = async (): Promise<void> => {
    for (let turn = 0; turn < 5; turn += 1) await Promise.resolve();
  };
  return {
    live,
    begun: () => waiting.length,
    most: () => most,
    wait: (ms: number) => {
      now += ms;
    },
    answer: async (value: string) => {
      waiting.at(-1)?.resolve(value);
      await settled();
    },
    fail: async (error: unknown) => {
      waiting.at(-1)?.reject(error);
      await settled();
    },
  };
}

describe('LiveReading', () => {
  it('shows nothing until the first reading, then what it read and when', async () => {
    const w = world();
    w.wait(1000);
    expect(w.live.current()).toMatchObject({ good: null, failure: null, underWay: true });
    w.wait(500);
    await w.answer('one');
    expect(w.live.current()).toMatchObject({ good: { value: 'one', at: 1000, tookMs: 500 }, underWay: false });
    expect(w.begun()).toBe(1);
  });

  it('keeps the old while it reads the new, and only when somebody asks for what has grown old', async () => {
    const w = world();
    w.live.current();
    await w.answer('one');
    w.wait(59_999);
    w.live.current();
    expect(w.begun()).toBe(1);
    w.wait(1);
    expect(w.live.current()).toMatchObject({ good: { value: 'one' }, underWay: true });
    w.wait(600_000);
    expect(w.live.current()).toMatchObject({ good: { value: 'one', at: 0 }, underWay: true });
    expect(w.begun()).toBe(2);
    await w.answer('two');
    expect(w.live.current().good?.value).toBe('two');
  });

  it('keeps what it has when a reading fails, says why and since when, and tries again after the same time', async () => {
    const w = world();
    w.live.current();
    await w.answer('one');
    w.wait(60_000);
    w.live.current();
    const error = new Error('gone');
    await w.fail(error);
    w.wait(59_999);
    expect(w.live.current()).toEqual({
      good: { value: 'one', at: 0, tookMs: 0 },
      failure: { error, at: 60_000 },
      underWay: false,
      done: { ok: 1, failed: 1 },
    });
    w.wait(1);
    expect(w.live.current().underWay).toBe(true);
    await w.answer('two');
    expect(w.live.current()).toMatchObject({ good: { value: 'two' }, failure: null, done: { ok: 2, failed: 1 } });
  });

  it('waits for the reading under way when it closes, and begins no other', async () => {
    const w = world();
    w.live.current();
    let closed = false;
    const closing = w.live.close().then(() => {
      closed = true;
    });
    await Promise.resolve();
    expect(closed).toBe(false);
    await w.answer('one');
    await closing;
    w.wait(600_000);
    expect(w.live.current().good?.value).toBe('one');
    expect(w.begun()).toBe(1);
  });

  it('never has two readings at once, whatever comes when', async () => {
    const step = fc.oneof(
      fc.record({ kind: fc.constant('ask' as const) }),
      fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 150_000 }) }),
      fc.record({ kind: fc.constant('answer' as const) }),
      fc.record({ kind: fc.constant('fail' as const) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const w = world();
        let last: string | null = null;
        let answered = 0;
        for (const one of steps) {
          if (one.kind === 'ask') w.live.current();
          if (one.kind === 'wait') w.wait(one.ms);
          const open = w.begun() > answered;
          if (one.kind === 'answer' && open) {
            answered += 1;
            last = `value ${answered}`;
            await w.answer(last);
          }
          if (one.kind === 'fail' && open) {
            answered += 1;
            await w.fail(new Error('no'));
          }
          expect(w.most()).toBeLessThanOrEqual(1);
          if (last !== null) expect(w.live.current().good?.value).toBe(last);
        }
      }),
    );
  });
});
