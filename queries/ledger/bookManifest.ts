import { mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { bookingName, LAKE, type Manifest } from '../../model/index.js';
import { anonymiseStaged } from '../maintenance/erasure/anonymiseStaged.js';
import { bookHeartbeats } from './bookHeartbeats.js';
import { SERIES_FILE } from './bookingFiles.js';
import { stageLines } from './bookLines.js';
import { bookSeries, type EarlierSeries } from './bookSeries.js';
import { bookEvents, bookUsage, stageEntries } from './bookUsage.js';
import { dropTemporary } from './dropTemporary.js';
import type { EarlierBookings, EarlierPart } from './EarlierBookings.js';
import { makeVisible } from './makeVisible.js';

/** Where and with what bookings are made. */
export interface BookingPlace {
  readonly connection: DuckDBConnection;
  readonly lake: string;
  /** The folder of the bookings: the lake's, or one beside it to compute them again. */
  readonly bookings: string;
  /** Names this run's work in progress. */
  readonly writer: string;
  /** Erased lines may be missing: the rows of erased tenants are compared with nothing. */
  readonly withoutErased?: true;
}

/** What one booking counted. */
export interface Booked {
  readonly rows: number;
  readonly events: number;
  readonly duplicates: number;
}

/**
 * Books one manifest: a function of it, its objects and the log before it. Duplicates are sought by event_id within
 * emitter and id_hour, in its own objects and in those earlier ones whose hours overlap; samples of counters and distinct
 * members find their neighbours in the bookings before, which must be finished. Becomes visible by one rename; of two that
 * book the same, the second finds the first's equal result and drops its own.
 *
 * @param earlier the bookings before it, by the log
 */
export async function bookManifest(
  place: BookingPlace,
  manifest: Manifest,
  earlier: EarlierBookings,
  now?: number,
): Promise<Booked> {
  const { connection, lake, bookings } = place;
  const name = bookingName(manifest.number);
  const staged = join(lake, LAKE.staging, `booking-${name}-${place.writer}`);
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const objects = manifest.objects.map(({ object }) => object);
  const source = { lake, index: await earlier.indexOf(objects) };
  try {
    await stageLines(connection, source, manifest, earlier, staged, place.withoutErased === true);
    await stageEntries(connection);
    if (await hasSamples(connection)) await bookSeries(connection, staged, await seriesOf(earlier.parts));
    else await connection.run('create temp table moved as from entries where false');
    await bookUsage(connection, staged, manifest);
    await bookHeartbeats(connection, staged, manifest, { ...source, objects });
    const booked = await bookEvents(connection, staged, manifest);
    await anonymiseStaged(connection, staged, source.index.erased);
    await makeVisible(staged, join(bookings, name), now);
    return booked;
  } finally {
    await dropTemporary(connection);
  }
}

/** Most bookings have nothing but quantities that add up by themselves. */
async function hasSamples(connection: DuckDBConnection): Promise<boolean> {
  const found = await connection.runAndReadAll("select 1 from entries where kind in ('counter', 'distinct') limit 1");
  return found.currentRowCount > 0;
}

/** The samples of earlier parts; a part without any has no file of them. */
async function seriesOf(parts: readonly EarlierPart[]): Promise<readonly EarlierSeries[]> {
  const found = await Promise.all(
    parts.map(async ({ folder, lastEventHour }): Promise<readonly EarlierSeries[]> => {
      if (!(await readdir(folder)).includes(SERIES_FILE)) return [];
      return [{ file: join(folder, SERIES_FILE), lastHour: lastEventHour }];
    }),
  );
  return found.flat();
}
