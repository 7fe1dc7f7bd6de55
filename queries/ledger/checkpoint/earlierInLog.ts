import { join } from 'node:path';
import { LAKE, type Manifest, partitionOf } from '../../../model/index.js';
import { listFiles } from '../../lake/listFiles.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import { listOrNone } from '../../lake/readJournal.js';
import type { EarlierBookings, EarlierPart } from '../EarlierBookings.js';
import { objectsWithin } from '../earlierOf.js';
import type { KnownLog } from './KnownLog.js';
import { bookingsWithin, knownParts } from './knownParts.js';
import { overlap } from './LogSummary.js';

/**
 * As `earlierOf`, of a log known in short: reads the entries of bookings whose id hours overlap, and of what became of their
 * objects.
 */
export async function earlierInLog(
  log: KnownLog,
  lake: string,
  bookings: string,
  before: Manifest,
): Promise<EarlierBookings> {
  const there = new Set(await listOrNone(bookings));
  const parts = (await knownParts(log, there, before)).map(({ name, facts }): EarlierPart => {
    return {
      folder: join(bookings, name),
      lastEventHour: facts.last_event_hour,
      lastIdHour: facts.id_hours?.[1] ?? '',
    };
  });
  const numberOf = new Map(before.objects.map(({ object }) => [object, before.number]));
  return {
    parts,
    objectsWithin: async (spans) => {
      const hours = new Map<string, readonly [string, string]>();
      for (const { first, last } of spans)
        if (first !== null && last !== null) hours.set(`${first} ${last}`, [first, last]);
      const within = await bookingsWithin(log, [...hours.values()], before.number);
      const found: string[] = [];
      for (const manifest of await log.manifests(within.map(({ number }) => number))) {
        for (const object of objectsWithin([manifest], spans)) {
          numberOf.set(object, manifest.number);
          found.push(object);
        }
      }
      return found;
    },
    indexOf: (objects) =>
      indexOf(
        log,
        lake,
        objects,
        objects.flatMap((object) => numberOf.get(object) ?? []),
      ),
  };
}

/**
 * The object index as far as it says where some objects are. Compacted files hold rows of all objects of a partition, so that
 * with a compaction of their dates it needs every booking of these.
 */
async function indexOf(
  log: KnownLog,
  lake: string,
  objects: readonly string[],
  numbers: readonly number[],
): Promise<ObjectIndex> {
  const dts = new Set(objects.map((object) => partitionOf(object)?.dt ?? ''));
  const touches = (span: readonly [string, string] | null): boolean => [...dts].some((dt) => overlap([dt, dt], span));
  const { sealed, bookings, others } = log.summary;
  const about = others.filter(({ kind, dts: own }) => kind === 'erasure' || touches(own));
  const needed = new Set([...numbers, ...about.map(({ number }) => number)]);
  const isCompacted = about.some(({ kind }) => kind === 'compaction');
  if (isCompacted) {
    for (const date of sealed.filter((each) => touches(each.dts)))
      for (const { number } of await log.bookingsOf(date)) needed.add(number);
    for (const { number } of bookings.filter((each) => touches(each.dts))) needed.add(number);
  }
  return new ObjectIndex(await log.entries(needed), new Set(isCompacted ? await compactedFiles(lake, objects) : []));
}

async function compactedFiles(lake: string, objects: readonly string[]): Promise<readonly string[]> {
  const folders = new Set(
    objects.map((object) => {
      const { tenantId = '', dt = '' } = partitionOf(object) ?? {};
      return `${LAKE.compacted}/tenant_id=${tenantId}/dt=${dt}`;
    }),
  );
  return (await Promise.all([...folders].map((folder) => listFiles(lake, folder)))).flat();
}
