import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type LogEntry, type Manifest, utcDaySchema } from '../../../model/index.js';
import { ToldObjects } from '../../../queries/lake/objectEvents/ToldObjects.js';
import type { ListingLimits } from '../../../queries/lake/UnbookedListing.js';
import { manifestsOf } from '../../../queries/ledger/ledgerLog.js';
import { openLedgerLog } from '../../../queries/ledger/openLedgerLog.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';
import { bookedSet } from '../bookedSet.js';
import { eventOf, FakeBucket, FakeQueue } from './fakeEvents.js';

const NOON = Date.UTC(2026, 10, 27, 12);
const TODAY = utcDaySchema.parse('2026-11-27');
const MINUTE = 60_000;

/** What happens before a run: objects appear, S3 tells of them (twice, or of what is gone again), and the run dies at some call, or at none. */
const anyTurn = fc.record({
  objects: fc.array(
    fc.record({ day: fc.integer({ min: 1, max: 27 }), told: fc.constantFrom(1, 1, 2, 3), isGone: fc.boolean() }),
    { maxLength: 25 },
  ),
  noise: fc.array(fc.constantFrom('no event', eventOf('cell-1/events/stray'), eventOf('cell-9/events/x'))),
  diesAt: fc.option(fc.nat(40)),
  minutes: fc.integer({ min: 1, max: 25 }),
  mostObjects: fc.integer({ min: 1, max: 12 }),
  seed: fc.integer(),
});

/** The world outlives the runs: a run that dies makes no call any more, whatever it still tries. */
class World {
  now = NOON;
  readonly queue = new FakeQueue(() => this.now);
  readonly bucket = new FakeBucket();
  readonly #kept = memoryStore();
  readonly store: ObjectStore;
  #calls = 0;
  #diesAt: number | undefined;

  constructor() {
    const step = (): void => {
      this.#calls += 1;
      if (this.#diesAt !== undefined && this.#calls > this.#diesAt) throw new Error('the process died');
    };
    this.queue.before = step;
    this.bucket.before = step;
    const dying = <T extends (...args: never[]) => Promise<unknown>>(call: T): T =>
      (async (...args: never[]) => {
        step();
        return call(...args);
      }) as T;
    const kept = this.#kept;
    this.store = {
      ...kept,
      ...{ read: dying(kept.read), list: dying(kept.list), create: dying(kept.create) },
      ...{ readCell: dying(kept.readCell), writeCell: dying(kept.writeCell) },
    };
  }

  /** The log as it stands, read by nobody's run. */
  log = (): Promise<readonly LogEntry[]> => openLedgerLog(this.#kept).read();

  /** A run as the ledger job makes it: what is listed is claimed, and what the log has stands before the next look. */
  async run(diesAt: number | undefined, mostObjects: number, limits?: ListingLimits): Promise<boolean> {
    [this.#calls, this.#diesAt] = [0, diesAt];
    const source = new ToldObjects({
      events: this.bucket,
      queue: this.queue,
      store: this.store,
      clock: () => this.now,
      ...(limits === undefined ? {} : { limits }),
    });
    try {
      const log = openLedgerLog(this.store);
      for (;;) {
        const entries = await log.read();
        const { objects } = await source.list(bookedSet(pathsIn(entries)));
        if (objects.length === 0) {
          await source.booked();
          return true;
        }
        const [number, booked_date] = [entries.length + 1, TODAY];
        const booked: Manifest['objects'] = objects.slice(0, mostObjects).map(({ path, emitter, dt, etag = '' }) => ({
          ...{ object: path, emitter, dt, rows: 1, etag, id_hour_min: null, id_hour_max: null, event_hours: [] },
        }));
        await log.claim({ version: 1, kind: 'booking', number, booked_date, objects: booked });
      }
    } catch {
      return false;
    } finally {
      await source.close().catch(() => undefined);
      this.#diesAt = undefined;
    }
  }
}

const pathsIn = (entries: readonly LogEntry[]): Set<string> => new Set(listed(entries));
const listed = (entries: readonly LogEntry[]): readonly string[] =>
  manifestsOf(entries).flatMap(({ manifest }) => manifest.objects.map(({ object }) => object));

it(
  'books every object that was told once, and removes no message before, wherever runs die',
  { timeout: 120_000 },
  () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyTurn, { minLength: 1, maxLength: 6 }), async (turns) => {
        const world = new World();
        const wanted = new Set<string>();
        // Listings are over for the day: what is found is found by events.
        expect(await world.run(undefined, 10)).toBe(true);
        world.bucket.asked.length = 0;
        for (const [turn, { objects, noise, diesAt, minutes, mostObjects, seed }] of turns.entries()) {
          for (const [at, { day, told, isGone }] of objects.entries()) {
            const dt = `2026-11-${String(day).padStart(2, '0')}`;
            const path = `events/tenant_id=t${at % 3}/dt=${dt}/${turn}-${at}.parquet`;
            const key = world.bucket.put(path, world.now);
            for (let times = 0; times < told; times += 1) world.queue.send(eventOf(key));
            if (isGone) world.bucket.objects.delete(key);
            else wanted.add(path);
          }
          for (const body of noise) world.queue.send(body);
          world.queue.order = (ids) => ids.toSorted((a, b) => scrambled(a, seed) - scrambled(b, seed));
          await world.run(diesAt ?? undefined, mostObjects);
          const booked = pathsIn(await world.log());
          for (const path of wanted) {
            const isTold = world.queue.bodies.includes(eventOf(`cell-1/${path}`));
            expect([path, booked.has(path) || isTold]).toEqual([path, true]);
          }
          world.now += minutes * MINUTE;
        }
        // Whatever a run had in its hands when it died comes back.
        world.now += 17 * MINUTE;
        expect(await world.run(undefined, 10)).toBe(true);
        const all = listed(await world.log());
        expect(all.toSorted()).toEqual([...wanted].sort());
        expect(world.queue.bodies).toEqual([]);
      }),
      { numRuns: 150 },
    ),
);

it('books once what a long listing has seen and the events of a backlog tell of before it comes to that', async () => {
  const world = new World();
  // More messages than a run holds, in a lake that was never listed: both are gone through side by side.
  const paths = Array.from(
    { length: 2300 },
    (_, at) => `events/tenant_id=t${at % 3}/dt=2026-11-${10 + (at % 17)}/${at}`,
  );
  for (const path of paths) world.queue.send(eventOf(world.bucket.put(path, world.now)));
  expect(await world.run(undefined, 1000, { found: 300, listed: 5000 })).toBe(true);
  expect(world.bucket.asked).toContain('everything');
  expect(listed(await world.log()).toSorted()).toEqual(paths.toSorted());
  expect(world.queue.bodies).toEqual([]);
});

/** Some number that depends on both: the disorder of a queue. */
function scrambled(id: string, seed: number): number {
  let hash = seed;
  for (const char of id) hash = (Math.imul(hash, 31) + (char.codePointAt(0) ?? 0)) | 0;
  return hash;
}
