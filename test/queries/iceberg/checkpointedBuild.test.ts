import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, DAY_MS, LAKE, type LogEntry, utcDayOf } from '../../../model/index.js';
import { erasedHash } from '../../../queries/lake/ErasedTenants.js';
import { buildIcebergLedger } from '../../../queries/ledger/iceberg/buildIcebergLedger.js';
import { manifestsOf } from '../../../queries/ledger/ledgerLog.js';
import { openLedgerLog } from '../../../queries/ledger/openLedgerLog.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';
import { ModelLedger, type ModelObject } from './modelLedger.js';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 20, 9);
const TENANTS = ['acme', 'globex', '_shared'];

/** Ends when the lease is given back. */
const sleep = (_: number, signal: AbortSignal): Promise<unknown> =>
  new Promise((resolve) => (signal.aborted ? resolve(0) : signal.addEventListener('abort', resolve)));

const anyObject = fc.record({
  tenant: fc.nat(TENANTS.length - 1),
  /** Days that its date lies back, hours that its lines do, and over how many they go. */
  late: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(6) }),
  hoursBack: fc.oneof({ weight: 4, arbitrary: fc.nat(2) }, { weight: 1, arbitrary: fc.nat(120) }),
  hours: fc.oneof({ weight: 6, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(400) }),
  rows: fc.oneof({ weight: 8, arbitrary: fc.integer({ min: 1, max: 3 }) }, { weight: 1, arbitrary: fc.constant(0) }),
  isNested: fc.oneof({ weight: 5, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
});

const anyStep = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      kind: fc.constant('build' as const),
      objects: fc.array(anyObject, { maxLength: 5 }),
      hours: fc.integer({ min: 0, max: 20 }),
      diesAt: fc.option(fc.nat(30), { freq: 2 }),
      mostObjects: fc.constantFrom(1, 2, 1000),
      again: fc.array(fc.tuple(fc.nat(TENANTS.length - 1), fc.nat(100)), { maxLength: 1 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constant('compact' as const), pick: fc.nat(20), isPlaced: fc.boolean() }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('retain' as const), pick: fc.nat(20) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erase' as const) }) },
);
type Step = typeof anyStep extends fc.Arbitrary<infer T> ? T : never;

/** A lake and its ledger, and what happens to them; with checkpoints, or as if there never were any. */
class World {
  readonly model = new ModelLedger();
  readonly store: ObjectStore;
  readonly #kept = memoryStore();
  readonly outcomes: unknown[] = [];
  now = START;
  #names = 0;

  constructor(hasCheckpoints: boolean) {
    const kept = this.#kept;
    const list: ObjectStore['list'] = async (folder, after) =>
      folder === LAKE.checkpoints && !hasCheckpoints ? [] : kept.list(folder, after);
    const read: ObjectStore['read'] = async (key) =>
      key.startsWith(`${LAKE.checkpoints}/`) && !hasCheckpoints ? undefined : kept.read(key);
    this.store = { ...kept, list, read };
  }

  log = (): Promise<readonly LogEntry[]> => openLedgerLog(this.#kept).read();

  async step(step: Step): Promise<void> {
    if (step.kind === 'build') {
      this.now += step.hours * HOUR;
      for (const object of step.objects) this.deliver(object);
      this.model.again = step.again.map(([tenant, hours]) => [TENANTS[tenant] ?? '', hourAt(this.now - hours * HOUR)]);
      await this.build(step.diesAt ?? undefined, step.mostObjects);
      // The lease of one that died runs out.
      this.now += 601_000;
    } else if (step.kind === 'compact') await this.compact(step.pick, step.isPlaced);
    else if (step.kind === 'retain') await this.retain(step.pick);
    else await this.#append((number) => erasure(number));
  }

  deliver(of: typeof anyObject extends fc.Arbitrary<infer T> ? T : never): void {
    const [emitter, dt] = [TENANTS[of.tenant] ?? '', addDays(utcDayOf(this.now), -of.late)];
    const name = `${of.isNested ? '2026/11/' : ''}${this.#names++}.parquet`;
    const last = this.now - of.hoursBack * HOUR;
    const [least, greatest] = of.rows === 0 ? [null, null] : [hourAt(last - of.hours * HOUR), hourAt(last)];
    const object = `events/tenant_id=${emitter}/dt=${dt}/${name}`;
    this.model.put({ object, emitter, dt, rows: of.rows, id_hour_min: least, id_hour_max: greatest });
  }

  /** A run of the ledger job, which dies at some point, or at none. */
  async build(diesAt: number | undefined, mostObjects: number, store = this.store): Promise<void> {
    let points = 0;
    const fault = (): void => {
      points += 1;
      if (points - 1 === diesAt) throw new Error('the process died');
    };
    const lease = { owner: 'test', ttlMs: 600_000, sleep };
    const { ledger } = this.model;
    const clock = (): number => this.now;
    const options = { ledger, store, source: this.model.source(), clock, lease, mostObjects, fault };
    const ended = await buildIcebergLedger(options).catch((error: unknown) => String(error));
    this.outcomes.push(ended);
    if (typeof ended === 'string') expect(ended).toBe('Error: the process died');
  }

  /** Objects of the partitions that the log knows and whose bookings stand, by partition. */
  async #partitions(): Promise<readonly (readonly [string, readonly ModelObject[]])[]> {
    const numbers = new Set(this.model.bookings.flatMap(([kind, , number]) => (kind === 'booking' ? [number] : [])));
    const dates = new Set(this.model.bookings.flatMap(([kind, date]) => (kind === 'sealed' ? [date] : [])));
    const found = new Map<string, ModelObject[]>();
    for (const { manifest } of manifestsOf(await this.log())) {
      if (!numbers.has(manifest.number) && !dates.has(manifest.booked_date)) continue;
      for (const object of manifest.objects) {
        const key = `${object.dt} ${object.emitter}`;
        found.set(key, [...(found.get(key) ?? []), object]);
      }
    }
    return [...found].sort(([a], [b]) => (a < b ? -1 : 1));
  }

  /** Makes all files of a partition one. An entry that was claimed and whose file is not there yet replaces nothing. */
  async compact(pick: number, isPlaced: boolean): Promise<void> {
    const partitions = (await this.#partitions()).filter(([key]) => key.slice(0, 10) < utcDayOf(this.now));
    const [, objects = []] = partitions[pick % Math.max(1, partitions.length)] ?? [];
    const delivered = objects.filter(({ object }) => this.model.there.has(object));
    const { emitter = '', dt = utcDayOf(this.now) } = objects[0] ?? {};
    const folder = `events_compacted/tenant_id=${emitter}/dt=${dt}/`;
    const old = [...this.model.compacted.keys()].filter((file) => file.startsWith(folder));
    if (delivered.length === 0) return;
    const [name, sha256] = [`${folder}${this.#names++}.parquet`, '0'.repeat(64)];
    const holds = [
      ...delivered.map(({ object }) => object),
      ...old.flatMap((file) => this.model.compacted.get(file) ?? []),
    ];
    const from = [...delivered.map(({ object }) => object), ...old].map((object) => ({ object, rows: 1, sha256 }));
    const to = [{ object: name, rows: 1, bytes: 1, sha256, schema_version: 1 }];
    const partition = { emitter, dt: utcDayOf(Date.parse(dt)), from, to };
    const compacted_at = new Date(this.now).toISOString();
    await this.#append((number) => ({
      ...{ version: 1, kind: 'compaction', number, compacted_at, cut: null, partitions: [partition] },
    }));
    if (!isPlaced) return;
    this.model.compacted.set(name, holds);
    for (const { object } of from) {
      this.model.there.delete(object);
      this.model.compacted.delete(object);
    }
  }

  /** Removes the lines of a partition all of whose bookings are merged. */
  async retain(pick: number): Promise<void> {
    const merged = new Set(this.model.bookings.flatMap(([kind, date]) => (kind === 'sealed' ? [date] : [])));
    const log = await this.log();
    // One that is booked and not merged, or not finished, keeps its partition waiting.
    const waiting = new Set(
      manifestsOf(log).flatMap(({ manifest }) =>
        merged.has(manifest.booked_date) ? [] : manifest.objects.map(({ dt, emitter }) => `${dt} ${emitter}`),
      ),
    );
    const settled = (await this.#partitions()).filter(([key]) => !waiting.has(key));
    const [, objects = []] = settled[pick % Math.max(1, settled.length)] ?? [];
    const [first] = objects;
    if (first === undefined) return;
    const { emitter, dt } = first;
    const partition = { emitter, dt, objects: objects.length, rows: 1, bytes: 1 };
    const ids = { object: `ledger/ids/${this.#names++}.parquet`, rows: 1, sha256: '0'.repeat(64) };
    await this.#append((number) => ({
      ...{ version: 1, kind: 'retention', number, expired_at: new Date(this.now).toISOString() },
      ...{ through: log.length, partitions: [partition], ids, errors_before: null },
    }));
    for (const { object } of objects) this.model.there.delete(object);
    for (const file of [...this.model.compacted.keys()])
      if (file.startsWith(`events_compacted/tenant_id=${emitter}/dt=${dt}/`)) this.model.compacted.delete(file);
  }

  async #append(entry: (number: number) => unknown): Promise<void> {
    const number = (await this.log()).length + 1;
    const made = entry(number) as LogEntry;
    expect(await openLedgerLog(this.#kept).claim(made)).toBe(true);
  }

  /** What builds have decided and asked, with attempts named in the order of their appearance. */
  async decisions(): Promise<unknown> {
    const names = new Map<string, string>();
    const text = JSON.stringify([this.outcomes, await this.log(), this.model.bookings, this.model.statements]);
    return text.replaceAll(/\d{14}_[0-9a-f]{16}/g, (attempt) => {
      if (!names.has(attempt)) names.set(attempt, `attempt ${names.size}`);
      return names.get(attempt) ?? '';
    });
  }

  /** Every erasure is carried out. */
  async expectErased(): Promise<void> {
    const erasures = (await this.log()).flatMap(({ kind, number }) => (kind === 'erasure' ? [number] : []));
    expect(this.model.bookings.flatMap(([kind, , number]) => (kind === 'erasure' ? [number] : []))).toEqual(erasures);
  }

  /** Every object that was ever delivered is booked once. */
  async expectBooked(): Promise<void> {
    const listed = manifestsOf(await this.log()).flatMap(({ manifest }) =>
      manifest.objects.map(({ object }) => object),
    );
    expect(listed.toSorted()).toEqual([...this.model.ever.keys()].sort());
  }
}

const hourAt = (ms: number): string => new Date(Math.floor(ms / HOUR) * HOUR).toISOString();

function erasure(number: number): LogEntry {
  const salt = String(number).padStart(32, '0');
  return {
    ...{ version: 1, kind: 'erasure', number, erased_at: new Date(START).toISOString(), salt },
    ...{ tenant: erasedHash('gone-co', salt), record: 'erasures/1.json', record_sha256: '0'.repeat(64) },
  } as LogEntry;
}

describe('a build of a ledger in Iceberg', () => {
  it(
    'decides and asks the same with checkpoints as without, wherever it dies, and books everything once',
    { timeout: 300_000 },
    () =>
      fc.assert(
        fc.asyncProperty(fc.array(anyStep, { minLength: 1, maxLength: 14 }), async (steps) => {
          const [known, whole] = [new World(true), new World(false)];
          for (const world of [known, whole]) {
            for (const step of steps) await world.step(step);
            world.model.again = [];
            await world.build(undefined, 1000);
            world.now += 2 * DAY_MS;
            await world.build(undefined, 1000);
            await world.expectBooked();
            await world.expectErased();
          }
          expect(await known.decisions()).toBe(await whole.decisions());
        }),
        { numRuns: 120 },
      ),
  );

  it('books everything once when two build at once and one of them dies', { timeout: 300_000 }, () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyStep, { minLength: 2, maxLength: 8 }),
        fc.infiniteStream(fc.nat(3)),
        async (steps, waits) => {
          const world = new World(true);
          world.model.between = async () => {
            for (let ticks = waits.next().value ?? 0; ticks > 0; ticks -= 1) await Promise.resolve();
          };
          // As if each had slept through the other's lease.
          const alone = (name: string): ObjectStore => ({
            ...world.store,
            readCell: (key) => world.store.readCell(`${key}.${name}`),
            writeCell: (key, text, seen) => world.store.writeCell(`${key}.${name}`, text, seen),
          });
          for (const step of steps) {
            if (step.kind !== 'build') {
              await world.step(step);
              continue;
            }
            world.now += step.hours * HOUR;
            for (const object of step.objects) world.deliver(object);
            const most = step.mostObjects;
            await Promise.all([
              world.build(step.diesAt ?? undefined, most, alone('a')),
              world.build(undefined, most, alone('b')),
            ]);
            world.now += 601_000;
          }
          world.now += 2 * DAY_MS;
          await world.build(undefined, 1000);
          await world.expectBooked();
          expect(world.outcomes.at(-1)).toMatchObject({ strays: [] });
        },
      ),
      { numRuns: 60 },
    ),
  );
});
