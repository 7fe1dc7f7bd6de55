import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  addDays,
  arrivalDateOf,
  LAKE,
  type LogEntry,
  type Manifest,
  type UtcDay,
  utcDaySchema,
} from '../../../model/index.js';
import { ObjectIndex } from '../../../queries/lake/ObjectIndex.js';
import { PathSet } from '../../../queries/lake/PathSet.js';
import { objectsIn } from '../../../queries/ledger/checkpoint/EntryCache.js';
import { KnownLog } from '../../../queries/ledger/checkpoint/KnownLog.js';
import { unfinishedBookings } from '../../../queries/ledger/checkpoint/knownParts.js';
import { LogSummary } from '../../../queries/ledger/checkpoint/LogSummary.js';
import { shortLogOf } from '../../../queries/ledger/checkpoint/ShortLog.js';
import { idHoursOf, pathsOf } from '../../../queries/ledger/EarlierBookings.js';
import { earlierInWhole, earlierOnIceberg } from '../../../queries/ledger/iceberg/earlierOnIceberg.js';
import type { ObjectTable } from '../../../queries/ledger/iceberg/ObjectTable.js';
import { manifestsOf } from '../../../queries/ledger/ledgerLog.js';
import { openLedgerLog } from '../../../queries/ledger/openLedgerLog.js';
import { withinDates } from '../../../queries/maintenance/dates/withinDates.js';
import type { LakeFiles } from '../../../queries/maintenance/LakeFiles.js';
import type { ObjectStore } from '../../../queries/store/ObjectStore.js';
import { memoryStore } from '../../alerts/deliveries/memoryStore.js';

const FIRST = utcDaySchema.parse('2026-11-01');
const EMITTERS = ['acme', 'globex'];
const sha256 = '0'.repeat(64);
const hourOf = (day: UtcDay, hours: number): string => new Date(Date.parse(day) + hours * 3_600_000).toISOString();

const anyObject = fc.record({
  emitter: fc.constantFrom(...EMITTERS),
  late: fc.oneof({ weight: 5, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(5) }),
  hour: fc.integer({ min: -30, max: 23 }),
  hours: fc.oneof({ weight: 5, arbitrary: fc.nat(1) }, { weight: 1, arbitrary: fc.nat(200) }),
  isEmpty: fc.oneof({ weight: 8, arbitrary: fc.constant(false) }, { weight: 1, arbitrary: fc.constant(true) }),
  isNested: fc.boolean(),
});
/** An entry: a booking mostly; a date ends, and is sealed at once or behind bookings of the next one, or a partition's files become one or go, or a tenant is erased. */
const anyEntry = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({
      kind: fc.constant('booking' as const),
      objects: fc.array(anyObject, { minLength: 1, maxLength: 4 }),
    }),
  },
  { weight: 3, arbitrary: fc.record({ kind: fc.constant('seal' as const) }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('midnight' as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ kind: fc.constantFrom('compaction' as const, 'retention' as const), pick: fc.nat(50) }),
  },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('erasure' as const) }) },
);

/** A log of such entries, and the compacted files there are. */
function logOf(entries: readonly (typeof anyEntry extends fc.Arbitrary<infer T> ? T : never)[]) {
  const log: LogEntry[] = [];
  const files: string[] = [];
  let day = FIRST;
  for (const entry of entries) {
    const number = log.length + 1;
    if (entry.kind === 'booking') {
      const objects = entry.objects.map(
        ({ emitter, late, hour, hours, isEmpty, isNested }, at): Manifest['objects'][number] => {
          const dt = addDays(day, -late);
          return {
            object: `events/tenant_id=${emitter}/dt=${dt}/${isNested ? '2026/' : ''}${number}-${at}.parquet`,
            ...{ emitter, dt, rows: isEmpty ? 0 : 2 },
            id_hour_min: isEmpty ? null : hourOf(day, hour - hours),
            id_hour_max: isEmpty ? null : hourOf(day, hour),
            event_hours: isEmpty ? [] : [hourOf(day, hour)],
          };
        },
      );
      log.push({ version: 1, kind: 'booking', number, booked_date: day, objects });
    } else if (entry.kind === 'seal') {
      const sealed = new Set(log.flatMap((one) => (one.kind === 'seal' ? [one.booked_date] : [])));
      const open = manifestsOf(log).find(({ manifest }) => !sealed.has(manifest.booked_date))?.manifest.booked_date;
      if (open !== undefined) log.push({ version: 1, kind: 'seal', number, booked_date: open });
      if ((open ?? day) === day) day = addDays(day, 1);
    } else if (entry.kind === 'midnight') {
      day = addDays(day, 1);
    } else if (entry.kind === 'erasure') {
      const salt = String(number).padStart(32, '0');
      log.push({
        ...{ version: 1, kind: 'erasure', number, erased_at: '2026-11-01T00:00:00Z', salt, tenant: sha256 },
        ...{ record: 'erasures/1.json', record_sha256: sha256 },
      });
    } else {
      const booked = manifestsOf(log).flatMap(({ manifest }) => manifest.objects);
      const { emitter, dt } = booked[entry.pick % Math.max(1, booked.length)] ?? {};
      if (emitter === undefined || dt === undefined) continue;
      const own = booked.filter((object) => object.emitter === emitter && object.dt === dt);
      if (entry.kind === 'compaction') {
        const object = `events_compacted/tenant_id=${emitter}/dt=${dt}/${number}.parquet`;
        const from = own.map((one) => ({ object: one.object, rows: 1, sha256 }));
        const to = [{ object, rows: 1, bytes: 1, sha256, schema_version: 1 }];
        const partitions = [{ emitter, dt: utcDaySchema.parse(dt), from, to }];
        log.push({
          version: 1,
          kind: 'compaction',
          number,
          compacted_at: '2026-11-01T00:00:00Z',
          cut: null,
          partitions,
        });
        if (entry.pick % 3 > 0) files.push(object);
      } else {
        const partitions = [{ emitter, dt, objects: own.length, rows: 1, bytes: 1 }];
        log.push({
          ...{ version: 1, kind: 'retention', number, expired_at: '2026-11-01T00:00:00Z', through: number - 1 },
          ...{ partitions, ids: { object: `ledger/ids/${number}.parquet`, rows: 1, sha256 }, errors_before: null },
        });
      }
    }
  }
  return { log, files };
}

/** A store with the log, and a checkpoint of its first entries. */
async function storeOf(log: readonly LogEntry[], known: number): Promise<ObjectStore> {
  const store = memoryStore();
  const { claim } = openLedgerLog(store);
  for (const entry of log.slice(0, known)) await claim(entry);
  await (await KnownLog.open(store, { journal: false })).writeCheckpoint();
  for (const entry of log.slice(known)) await claim(entry);
  return store;
}

const MOST = { entries: 6, paths: 8 };

/** An entry without what it says of single dates. */
function undated(entry: LogEntry): unknown {
  if (entry.kind === 'booking') return { ...entry, objects: [] };
  return entry.kind === 'compaction' || entry.kind === 'retention' ? { ...entry, partitions: [] } : entry;
}

describe('a log known in short', () => {
  it(
    'answers as the whole of it does, wherever its checkpoint stands and however little is kept',
    { timeout: 120_000 },
    () =>
      fc.assert(
        fc.asyncProperty(
          fc.array(anyEntry, { minLength: 1, maxLength: 40 }),
          fc.nat(40),
          fc.nat(100),
          async (entries, known, seed) => {
            const { log, files } = logOf(entries);
            const store = await storeOf(log, known);
            const short = await KnownLog.open(store, { journal: false, most: MOST });
            const whole = shortLogOf(log);
            expect({ ...short.summary.toJSON(), chain: '', last_sha256: '' }).toEqual({
              ...{ ...whole.summary.toJSON(), chain: '', last_sha256: '' },
            });
            for (const date of short.summary.sealed)
              expect(await short.bookingsOf(date)).toEqual(await whole.bookingsOf(date));
            const some = {
              booked: (number: number) => (number * 7 + seed) % 3 > 0,
              merged: (date: string) => (date.length + seed) % 2 > 0,
            };
            expect(await unfinishedBookings(short, some)).toEqual(await unfinishedBookings(whole, some));
            const manifests = manifestsOf(log).map(({ manifest }) => manifest);
            const paths = manifests.flatMap(({ objects }) => pathsOf(objects));
            const asked = [...paths, ...paths.map((path) => `${path}x`)].filter((_, at) => (at + seed) % 4 > 0);
            expect([...(await short.among(asked))].sort()).toEqual(asked.filter((path) => !path.endsWith('x')).sort());
            const table: ObjectTable = {
              ...{ name: 'events', location: 's3://lake' },
              compacted: {
                name: 'compacted',
                files: async (of) =>
                  files.filter((file) => of?.some(({ emitter, dt }) => file.includes(`=${emitter}/dt=${dt}/`)) ?? true),
              },
            };
            for (const manifest of manifests.filter((_, at) => (at + seed) % 3 === 0)) {
              const [mine, plain] = [earlierOnIceberg(short, table, manifest), earlierInWhole(log, table, manifest)];
              const [found, wanted] = [
                await mine.objectsWithin(idHoursOf(manifest.objects)),
                await plain.objectsWithin(idHoursOf(manifest.objects)),
              ];
              expect(found).toEqual(wanted);
              const objects = pathsOf([...manifest.objects, ...found]);
              const [index, all] = [await mine.indexOf(objects), await plain.indexOf(objects)];
              for (const object of objects) expect(index.whereabouts(object)).toEqual(all.whereabouts(object));
              expect(index.erased.none).toBe(all.erased.none);
              const instant = hourOf(addDays(FIRST, seed % 9), seed % 24);
              expect(await mine.hasBefore(instant)).toBe(await plain.hasBefore(instant));
            }
            // One entry, and one date, is kept whatever it has.
            expect(short.held.entries).toBeLessThanOrEqual(Math.max(MOST.entries, ...log.map(objectsIn)));
            // Of dates that are not sealed all is kept, and of one that is.
            const { sealed, bookings } = whole.summary;
            const open = bookings.reduce((sum, booking) => sum + booking.objects, 0);
            expect(short.held.paths).toBeLessThanOrEqual(
              open + Math.max(MOST.paths, ...sealed.map((date) => date.objects)),
            );
          },
        ),
        { numRuns: 200 },
      ),
  );

  it('tells of many paths which are booked, by what was kept of dates and without, also when that is damaged', () =>
    fc.assert(
      fc.asyncProperty(fc.array(anyEntry, { minLength: 1, maxLength: 40 }), fc.nat(100), async (entries, seed) => {
        const { log } = logOf(entries);
        const store = await storeOf(log, 0);
        const paths = manifestsOf(log).flatMap(({ manifest }) => pathsOf(manifest.objects));
        const asked = [...paths, ...paths.map((path) => `${path}x`)].filter((_, at) => (at + seed) % 4 > 0);
        const dts = new Set(asked.map(arrivalDateOf));
        for (const harm of ['none', 'none', 'torn', 'other'] as const) {
          for (const name of await store.list(LAKE.checkpoints)) {
            const key = `${LAKE.checkpoints}/${name}`;
            const text = (await store.read(key)) ?? '';
            if (harm === 'none' || !name.startsWith('paths-')) continue;
            await store.remove(key);
            // Digests of other paths, as many.
            const { digests, ...rest } = JSON.parse(text);
            const bytes = Buffer.from(digests, 'base64').map((byte, at) => (at === 0 ? byte ^ 1 : byte));
            const other = JSON.stringify({ ...rest, digests: Buffer.from(bytes).toString('base64') });
            await store.create(key, harm === 'torn' ? text.slice(0, 50) : other);
          }
          const short = await KnownLog.open(store, { journal: false, keeps: true, most: MOST });
          const listed = new PathSet();
          for (const path of asked) listed.add(path);
          await short.mark(listed, dts);
          expect(asked.filter((path) => listed.isUnmarked(path))).toEqual(asked.filter((path) => path.endsWith('x')));
          expect(listed.unmarked).toBe(asked.filter((path) => path.endsWith('x')).length);
          expect([...(await short.among(asked))].sort()).toEqual(asked.filter((path) => !path.endsWith('x')).sort());
        }
      }),
      { numRuns: 60 },
    ));

  it('says of some dates what the whole says of them, an entry at every number, for whoever maintains their files', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(anyEntry, { minLength: 1, maxLength: 40 }),
        fc.func(fc.boolean()),
        fc.nat(40),
        async (entries, isOne, known) => {
          const { log, files } = logOf(entries);
          const objects = manifestsOf(log).flatMap(({ manifest }) => manifest.objects);
          const dts = new Set(objects.map(({ dt }) => dt).filter((dt) => isOne(dt)));
          const store = await storeOf(log.slice(0, known), known);
          const lake = { sizes: async () => new Map() } as unknown as LakeFiles;
          const within = withinDates(lake, await KnownLog.open(store, { journal: false, most: MOST }), dts);
          await within.log.read();
          const { claim } = openLedgerLog(store);
          for (const entry of log.slice(known)) await claim(entry);
          const slim = await within.log.read();
          expect(slim.map(({ number, kind }) => [number, kind])).toEqual(log.map(({ number, kind }) => [number, kind]));
          expect(slim.map(undated)).toEqual(log.map(undated));
          const own = files.filter((file) => dts.has(arrivalDateOf(file)));
          const [index, whole] = [new ObjectIndex(slim, new Set(own)), new ObjectIndex(log, new Set(files))];
          const ofDates = objects.filter(({ dt }) => dts.has(dt));
          expect([...index.booked.keys()].sort()).toEqual(pathsOf(ofDates).toSorted());
          for (const { object } of ofDates) {
            expect(index.whereabouts(object)).toEqual(whole.whereabouts(object));
            expect(index.booked.get(object)?.manifest).toBe(whole.booked.get(object)?.manifest);
          }
          for (const file of [...own, ...pathsOf(ofDates)]) {
            expect(index.heldIn(file)).toEqual(whole.heldIn(file));
            expect(index.heldBefore(file)).toEqual(whole.heldBefore(file));
            expect(index.replacedBy(file)).toEqual(whole.replacedBy(file));
          }
        },
      ),
      { numRuns: 100 },
    ));

  it('has the same summary whether it was read at once or gone on with', () =>
    fc.assert(
      fc.property(fc.array(anyEntry, { maxLength: 40 }), fc.nat(40), (entries, cut) => {
        const { log } = logOf(entries);
        const before = LogSummary.of(log.slice(0, cut));
        const on = LogSummary.from(JSON.parse(JSON.stringify(before)));
        for (const entry of log.slice(cut)) on.add(entry, '');
        expect(on.toJSON()).toEqual(LogSummary.of(log).toJSON());
      }),
    ));
});
