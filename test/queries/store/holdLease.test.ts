import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { holdLease, type LeaseOptions } from '../../../queries/store/holdLease.js';
import { localStore } from '../../../queries/store/localStore.js';

const root = mkdtempSync(join(tmpdir(), 'lease-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const tick = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));
const START = Date.UTC(2026, 10, 26);

/** A clock that moves by hand; sleepers wake when it passes their time. */
function handClock() {
  let now = START;
  const sleepers = new Set<{ readonly at: number; readonly wake: () => void }>();
  return {
    clock: () => now,
    sleep: (ms: number, signal: AbortSignal) =>
      new Promise<void>((resolve) => {
        const wake = (): void => {
          signal.removeEventListener('abort', wake);
          resolve();
        };
        sleepers.add({ at: now + ms, wake });
        signal.addEventListener('abort', wake);
        if (signal.aborted) wake();
      }),
    /** Passes time, and lets what woke up do its work until it sleeps again, or for a while when it does not. */
    pass: async (ms: number) => {
      const before = sleepers.size;
      now += ms;
      for (const sleeper of sleepers) {
        if (sleeper.at > now) continue;
        sleepers.delete(sleeper);
        sleeper.wake();
      }
      for (let turn = 0; turn < 200 && sleepers.size < before; turn++) await tick(1);
    },
  };
}

let places = 0;
function setUp() {
  const time = handClock();
  const store = localStore(join(root, `place-${places++}`));
  const options = (owner: string): LeaseOptions => ({ store, key: 'lease.json', owner, ttlMs: 60_000, ...time });
  return { store, options, time };
}

describe('a lease', () => {
  it('is held by one at a time, who is named, and given back', async () => {
    const { options } = setUp();
    await holdLease(options('a'), async () => {
      await expect(holdLease(options('b'), async () => 'b')).rejects.toMatchObject({
        code: 'LAKE_BUSY',
        details: { got: 'a until 2026-11-26T00:01:00.000Z' },
      });
    });
    expect(await holdLease(options('b'), async () => 'b')).toBe('b');
  });

  it('has one winner among many', async () => {
    const { options } = setUp();
    let working = 0;
    let most = 0;
    const work = async (): Promise<void> => {
      working += 1;
      most = Math.max(most, working);
      await tick(30);
      working -= 1;
    };
    const ended = await Promise.allSettled(['a', 'b', 'c', 'd'].map((owner) => holdLease(options(owner), work)));
    expect(ended.filter(({ status }) => status === 'fulfilled').length).toBeGreaterThan(0);
    expect(most).toBe(1);
  });

  it('is given back when the work fails', async () => {
    const { options } = setUp();
    await expect(holdLease(options('a'), () => Promise.reject(new Error('work')))).rejects.toThrow('work');
    expect(await holdLease(options('b'), async () => 'b')).toBe('b');
  });

  it('is renewed while the work lasts', async () => {
    const { options, time } = setUp();
    await holdLease(options('a'), async (lease) => {
      for (let third = 0; third < 12; third++) await time.pass(20_000);
      lease.check();
      await expect(holdLease(options('b'), async () => 'b')).rejects.toMatchObject({ code: 'LAKE_BUSY' });
    });
  });

  it('of a holder that does not renew is taken over, which the holder is told', async () => {
    const { options, time } = setUp();
    const asleep = {
      ...options('a'),
      sleep: (_: number, signal: AbortSignal) => time.sleep(Number.MAX_SAFE_INTEGER, signal),
    };
    await holdLease(asleep, async (lease) => {
      lease.check();
      await time.pass(60_000);
      expect(() => lease.check()).toThrow(/the lease on the ledger was lost/);
      expect(await holdLease(options('b'), async () => 'b')).toBe('b');
    });
  });

  it('that was taken over is not taken back by a late renewal, nor given back in the name of another', async () => {
    const { options, time, store } = setUp();
    const late = { ...options('a'), sleep: (_: number, signal: AbortSignal) => time.sleep(100_000, signal) };
    await holdLease(late, async (lease) => {
      await time.pass(61_000);
      await holdLease(options('b'), async () => {
        await time.pass(39_000);
        expect(() => lease.check()).toThrow(/lost/);
        expect((await store.readCell('lease.json'))?.text).toContain('"owner":"b"');
      });
    });
    expect((await store.readCell('lease.json'))?.text).toBe('{"version":1,"owner":"b","expires":0}\n');
  });

  it('that cannot be read is nobody’s', async () => {
    const { options, store } = setUp();
    await store.writeCell('lease.json', 'not a lease', undefined);
    expect(await holdLease(options('a'), async () => 'a')).toBe('a');
  });
});
