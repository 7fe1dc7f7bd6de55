import { join } from 'node:path';
import { LAKE, type Manifest } from '../../../model/index.js';
import { listFiles } from '../../lake/listFiles.js';
import { listOrNone } from '../../lake/readJournal.js';
import type { EarlierBookings, EarlierPart } from '../EarlierBookings.js';
import { earlierObjects, type Partition } from './earlierObjects.js';
import type { KnownLog } from './KnownLog.js';
import { knownParts } from './knownParts.js';

/** As `earlierOf`, of a log known in short. */
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
      lastIdHour: facts.id_hours.at(-1)?.[1] ?? '',
    };
  });
  const filesOf = async (partitions: readonly Partition[]): Promise<readonly string[]> => {
    const folders = partitions.map(({ emitter, dt }) => `${LAKE.compacted}/tenant_id=${emitter}/dt=${dt}`);
    return (await Promise.all(folders.map((folder) => listFiles(lake, folder)))).flat();
  };
  return { parts, ...earlierObjects(log, before, { filesOf, byPartition: true }) };
}
