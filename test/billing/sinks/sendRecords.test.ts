import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { resolveRecord, type SinkState, SinkStore, sendRecords } from '../../../billing/index.js';
import type { SinkOutcome, SinkRecord } from '../../../billing/sinks/SinkRecord.js';
import { localStore } from '../../../queries/index.js';

const root = mkdtempSync(join(tmpdir(), 'tenantscope-sink-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
let folders = 0;
const newRoot = (): string => join(root, String(folders++));

const record = (id: string): SinkRecord => ({
  id,
  customer: 'cus_1',
  name: 'reads',
  tenants: ['acme'],
  start: 0,
  end: 3_600_000,
  timestamp: 0,
  units: 1,
  per: 10,
  state: 'pending',
  attempts: 0,
  first_attempt: null,
  detail: '',
});
const stateOf = (...ids: readonly string[]): SinkState => ({
  version: 1,
  start: 0,
  through: 0,
  taken: {},
  carried: {},
  records: ids.map(record),
  logged: 0,
});
const partsOf = (store: SinkStore, send: (record: SinkRecord) => SinkOutcome, waits: number[] = []) => ({
  store,
  sender: { send: async (records: readonly SinkRecord[]) => records.map(send) },
  clock: () => 1000,
  random: () => 0.5,
  sleep: async (ms: number) => waits.push(ms),
  signal: new AbortController().signal,
});
const settledIn = (folder: string): SinkRecord[] =>
  readdirSync(join(folder, 's/settled'))
    .sort()
    .flatMap((name) => JSON.parse(readFileSync(join(folder, 's/settled', name), 'utf8')));
const RETRY: SinkOutcome = { kind: 'retry', reason: 'HTTP 503', unsent: false };

describe('sendRecords', () => {
  it('settles what is sent, keeps what is refused, and tries the rest again with jitter, no sooner than asked', async () => {
    const folder = newRoot();
    const store = new SinkStore(localStore(folder), 's');
    const waits: number[] = [];
    const tries = new Map<string, number>();
    const result = await sendRecords(
      partsOf(
        store,
        ({ id }) => {
          const count = (tries.get(id) ?? 0) + 1;
          tries.set(id, count);
          if (id === 'refused') return { kind: 'rejected', reason: 'no' };
          if (id === 'slow' && count < 4) return count === 2 ? { ...RETRY, afterMs: 9000 } : RETRY;
          if (id === 'never') return { kind: 'retry', reason: 'HTTP 429', unsent: true };
          return { kind: 'sent', receipt: 'r' };
        },
        waits,
      ),
      stateOf('a', 'refused', 'slow', 'never'),
    );
    expect(result).toMatchObject({ sent: 2, rejected: 1, pending: 1 });
    expect(waits).toEqual([500, 9000, 2000, 4000]);
    expect(Object.fromEntries(tries)).toEqual({ a: 1, refused: 1, slow: 4, never: 5 });
    expect(settledIn(folder).map(({ id }) => id)).toEqual(['a', 'slow']);
    const kept = await new SinkStore(localStore(folder), 's').read();
    expect(kept?.records).toMatchObject([
      { id: 'refused', state: 'rejected', detail: 'no', attempts: 1 },
      { id: 'never', state: 'pending', detail: 'HTTP 429', attempts: 5, first_attempt: null },
    ]);
  });

  it('leaves a wait that is longer than a run to the next one', async () => {
    const store = new SinkStore(localStore(newRoot()), 's');
    const waits: number[] = [];
    const result = await sendRecords(
      partsOf(store, () => ({ ...RETRY, afterMs: 600_000 }), waits),
      stateOf('a'),
    );
    expect([waits, result.pending, result.state.records[0]?.first_attempt]).toEqual([[], 1, 1000]);
  });

  it('never doubles: a receiver that knows ids has each unit once, wherever runs die', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ dies: fc.nat(6), lost: fc.array(fc.boolean(), { minLength: 8, maxLength: 8 }) }), {
          minLength: 1,
          maxLength: 5,
        }),
        async (runs) => {
          const objects = localStore(newRoot());
          await new SinkStore(objects, 's').write(stateOf('a', 'b', 'c'));
          const received = new Map<string, number>();
          const run = async (dies: number, lost: readonly boolean[]) => {
            let writes = 0;
            let at = 0;
            const failing = {
              ...objects,
              writeCell: (...args: Parameters<typeof objects.writeCell>) => {
                writes += 1;
                if (writes > dies) throw new Error('killed');
                return objects.writeCell(...args);
              },
            };
            const store = new SinkStore(failing, 's');
            const state = await store.read();
            if (state === undefined) throw new Error('no state');
            await sendRecords(
              partsOf(store, ({ id, units }) => {
                received.set(id, units);
                return lost[at++ % lost.length] === true ? RETRY : { kind: 'sent', receipt: 'r' };
              }),
              state,
            ).catch((error: unknown) => expect(String(error)).toContain('killed'));
          };
          for (const { dies, lost } of runs) await run(dies, lost);
          await run(100, [false]);
          expect((await new SinkStore(objects, 's').read())?.records).toEqual([]);
          expect([...received].sort()).toEqual([
            ['a', 1],
            ['b', 1],
            ['c', 1],
          ]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it('tells a run that another has changed the state', async () => {
    const objects = localStore(newRoot());
    const [one, two] = [new SinkStore(objects, 's'), new SinkStore(objects, 's')];
    await one.write(stateOf('a'));
    await two.read();
    await one.write(stateOf());
    await expect(two.write(stateOf('a', 'b'))).rejects.toThrow(/another run has changed the state of the sink/);
  });

  it('refuses a state that cannot be read: sending without it could send twice', async () => {
    const folder = newRoot();
    await new SinkStore(localStore(folder), 's').write(stateOf('a'));
    writeFileSync(join(folder, 's', readdirSync(join(folder, 's'))[0] ?? ''), '{}');
    await expect(new SinkStore(localStore(folder), 's').read()).rejects.toThrow(/the state of a sink cannot be read/);
  });
});

describe('resolveRecord', () => {
  it('settles by hand what was refused or may have arrived, and nothing else', async () => {
    const folder = newRoot();
    const store = new SinkStore(localStore(folder), 's');
    const state: SinkState = {
      ...stateOf('waits'),
      records: [
        record('waits'),
        { ...record('no'), state: 'rejected' },
        { ...record('maybe'), state: 'unknown', first_attempt: 5, attempts: 3 },
      ],
    };
    await store.write(state);
    await expect(resolveRecord(store, state, 'waits', 'sent')).rejects.toThrow(/expected no, maybe, got waits/);
    const once = await resolveRecord(store, state, 'maybe', 'sent');
    const twice = await resolveRecord(store, once, 'no', 'unsent');
    expect(twice.records).toEqual([record('waits'), record('no')]);
    expect(settledIn(folder)).toMatchObject([{ id: 'maybe', receipt: 'settled by hand' }]);
    expect(await new SinkStore(localStore(folder), 's').read()).toEqual(twice);
  });

  it('goes on counting attempts, so that no call has the key of one before', async () => {
    const store = new SinkStore(localStore(newRoot()), 's');
    const state: SinkState = { ...stateOf(), records: [{ ...record('no'), state: 'rejected', attempts: 2 }] };
    await store.write(state);
    const { records } = await resolveRecord(store, state, 'no', 'unsent');
    expect(records).toMatchObject([{ state: 'pending', first_attempt: null, attempts: 2 }]);
  });
});
