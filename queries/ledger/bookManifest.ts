import { access, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { bookingName, EVENT_COLUMNS, LAKE, type LogEntry, type Manifest } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import type { IndexedLake, ObjectIndex } from '../lake/ObjectIndex.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { selectRows } from '../lake/selectRows.js';
import { bookHeartbeats } from './bookHeartbeats.js';
import { SERIES_FILE } from './bookingFiles.js';
import { bookSeries, type EarlierSeries } from './bookSeries.js';
import { damagedObject } from './damaged.js';
import { manifestsOf } from './ledgerLog.js';
import { makeVisible } from './makeVisible.js';
import { type LedgerPart, partsOf } from './partsOf.js';
import { entriesOf } from './seriesSql.js';

/** Where and with what bookings are made. */
export interface BookingPlace {
  readonly connection: DuckDBConnection;
  readonly lake: string;
  /** The folder of the bookings: the lake's, or one beside it to compute them again. */
  readonly bookings: string;
  /** Names this run's work in progress. */
  readonly writer: string;
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
 * @param log all of it; what it says after the manifest makes no difference
 */
export async function bookManifest(
  place: BookingPlace,
  manifest: Manifest,
  log: readonly LogEntry[],
  now?: number,
): Promise<Booked> {
  const { connection, lake, bookings } = place;
  const name = bookingName(manifest.number);
  const index = await readObjectIndex(lake, log);
  const own = manifest.objects.map(({ object }) => object);
  await mustBeThere(lake, index, own);
  for (const object of own) mustBeKept(index, object);
  const staged = join(lake, LAKE.staging, `booking-${name}-${place.writer}`);
  await rm(staged, { recursive: true, force: true });
  await mkdir(staged, { recursive: true });
  const overlapping = manifestsOf(log)
    .filter((before) => before.manifest.number < manifest.number)
    .flatMap((before) => before.manifest.objects)
    .filter((old) => overlaps(old, manifest.objects));
  const before = overlapping.map(({ object }) => object);
  await mustBeThere(lake, index, before);
  await stageLines(connection, { lake, index }, manifest, before);
  await bookSeries(connection, staged, await seriesOf(bookings, await partsOf(log, bookings, manifest)));
  await connection.run(`copy (
    select tenant_id, emitter, service, resource, operation, meter, unit, event_hour,
      ${sqlText(manifest.booked_date)} as booked_date, cast(${manifest.number} as bigint) as manifest,
      cast(sum(quantity_micros) as decimal(38, 0)) as quantity_micros, cast(sum(events) as bigint) as events
    from (
      select tenant_id, emitter, service, resource, operation, meter, unit, event_hour, quantity_micros, 0 as events from moved
      union all ${entriesOf('(from lines where counted)')}
    ) group by all having sum(quantity_micros) <> 0 or sum(events) <> 0 order by all
  ) to ${sqlText(join(staged, 'usage.parquet'))} (format parquet, compression zstd)`);
  await connection.run(`copy (
    select emitter, dt, event_hour, ${sqlText(manifest.booked_date)} as booked_date, cast(${manifest.number} as bigint) as manifest,
      max(arrival_time) as arrival_through, count(*) as rows, count(*) filter (where counted) as events, count(*) filter (where not counted) as duplicates
    from lines group by all order by all
  ) to ${sqlText(join(staged, 'events.parquet'))} (format parquet, compression zstd)`);
  await bookHeartbeats(connection, staged, manifest, { lake, index, objects: own });
  const totals = await connection.runAndReadAll('select count(*), count(*) filter (where counted) from lines');
  const [rows = 0n, events = 0n] = (totals.getRows()[0] ?? []) as bigint[];
  for (const table of ['lines', 'moved']) await connection.run(`drop table ${table}`);
  await makeVisible(staged, join(bookings, name), now);
  return { rows: Number(rows), events: Number(events), duplicates: Number(rows - events) };
}

/** The samples of earlier parts; a part without any has no file of them. */
async function seriesOf(bookings: string, parts: readonly LedgerPart[]): Promise<readonly EarlierSeries[]> {
  const found: EarlierSeries[] = [];
  for (const { name, manifests } of parts) {
    const folder = join(bookings, name);
    if (!(await readdir(folder)).includes(SERIES_FILE)) continue;
    const hours = manifests.flatMap(({ objects }) => objects.map(({ event_hours }) => event_hours.at(-1) ?? ''));
    found.push({ file: join(folder, SERIES_FILE), lastHour: hours.sort().at(-1) ?? '' });
  }
  return found;
}

const LINE_COLUMNS = EVENT_COLUMNS.filter(({ name }) =>
  [
    'id_hour',
    'event_id',
    'event_time',
    'arrival_time',
    'usage',
    'pod_uid',
    'container',
    'observed_time',
    'format',
  ].includes(name),
);
const ID_COLUMNS = EVENT_COLUMNS.filter(({ name }) => ['id_hour', 'event_id'].includes(name));

async function stageLines(
  connection: DuckDBConnection,
  source: IndexedLake,
  manifest: Manifest,
  before: readonly string[],
): Promise<void> {
  const own = manifest.objects.map(({ object }) => object);
  const seen =
    before.length === 0
      ? ''
      : `and not exists (select 1 from seen where seen.emitter = l.tenant_id and seen.id_hour = l.id_hour and seen.event_id = l.event_id)`;
  if (before.length > 0) {
    const ids = await selectRows(connection, { ...source, objects: before }, ID_COLUMNS);
    await connection.run(`create or replace temp table seen as
      select distinct tenant_id as emitter, id_hour, event_id from (${ids}) ${expiredIds(source, manifest, before)}`);
  }
  // The first of equal lines counts: by arrival, then by where it was delivered, so that every booking chooses alike.
  await connection.run(`create or replace temp table lines as
    select l.tenant_id as emitter, l.dt, date_trunc('hour', l.event_time) as event_hour, l.event_time, l.arrival_time, l.usage,
      l.pod_uid, l.container, l.id_hour, l.observed_time, l.format,
      row_number() over (partition by l.tenant_id, l.id_hour, l.event_id
        order by l.arrival_time, l.origin_object, l.origin_row) = 1 ${seen} as counted
    from (${await selectRows(connection, { ...source, objects: own }, LINE_COLUMNS)}) l`);
  if (before.length > 0) await connection.run('drop table seen');
}

/** The ids of earlier lines that are past their retention, of the hours the manifest has lines of. */
function expiredIds({ lake, index }: IndexedLake, manifest: Manifest, before: readonly string[]): string {
  const files = before.flatMap((object) => {
    const place = index.whereabouts(object);
    return place.state === 'expired' && place.ids !== undefined ? [place.ids] : [];
  });
  if (files.length === 0) return '';
  const emitters = [...new Set(manifest.objects.map(({ emitter }) => emitter))];
  const hours = manifest.objects.flatMap(({ id_hour_min, id_hour_max }) => [id_hour_min ?? '', id_hour_max ?? '']);
  const [first = '', last = ''] = [
    hours
      .filter((hour) => hour !== '')
      .sort()
      .at(0),
    hours.sort().at(-1),
  ];
  const instant = (iso: string): string => `timestamp ${sqlText(iso.replace('T', ' ').replace('Z', ''))}`;
  return `union select emitter, id_hour, event_id
    from read_parquet([${[...new Set(files)].map((file) => sqlText(join(lake, file))).join(', ')}])
    where emitter in (${emitters.map(sqlText).join(', ')}) and manifest < ${manifest.number}
      and id_hour between ${instant(first)} and ${instant(last)}`;
}

type Objects = Manifest['objects'];

function overlaps(old: Objects[number], fresh: Objects): boolean {
  return fresh.some(
    (object) =>
      object.emitter === old.emitter &&
      (object.id_hour_min ?? '') <= (old.id_hour_max ?? '') &&
      (old.id_hour_min ?? '') <= (object.id_hour_max ?? ''),
  );
}

/** Without the lines of one of its objects a booking would look like a whole one. */
function mustBeKept(index: ObjectIndex, object: string): void {
  const { state } = index.whereabouts(object);
  if (state === 'expired') throw damagedObject(object, 'a booking is gone whose lines are past their retention');
}

async function mustBeThere(lake: string, index: ObjectIndex, objects: readonly string[]): Promise<void> {
  for (const object of objects) {
    if (index.whereabouts(object).state !== 'delivered') continue;
    await access(join(lake, object)).catch((error: unknown) => {
      throw damagedObject(object, 'an object of the lake is gone', error);
    });
  }
}
