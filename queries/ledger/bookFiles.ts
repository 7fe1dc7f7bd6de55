import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { BOOKED_FILES_COLUMNS, duckdbColumnList } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { FILES_FILE } from './bookingFiles.js';
import { type EarlierBookings, type EarlierPart, type IdHours, pathsOf } from './EarlierBookings.js';
import { FILE_KEYS, fileHoursOf, positionsOf, readingOf, sharedHours, unclearFiles } from './fileHours.js';

/** How far before its own hours a file is looked for first: one that is read at all is read within a day. */
const LOOK_BACK = "interval '1 day'";

/**
 * Finds lines that were read again: a lost position database makes an agent read its files from the beginning, under new
 * stamps, so that their duplicates lie in other id hours. Only files whose offsets run backwards are looked at, over all
 * hours that can have the same lines. Adds what it finds to `repeats`, and writes how far files were read for later bookings.
 */
export async function bookFiles(
  connection: DuckDBConnection,
  earlier: EarlierBookings,
  idsOf: (objects: readonly string[]) => Promise<string>,
  staged: string,
): Promise<void> {
  const positions = `(${positionsOf('own_lines')})`;
  await connection.run(`create temp table own_hours as
    select *, null::bigint as repeated_offset from (${fileHoursOf(positions)})`);
  if (await any(connection, 'own_hours')) {
    await connection.run(`create temp table read_again as from ${positions}
      semi join (from repeats where restamped) using (origin_object, origin_row)`);
    await noteRepeats(connection);
    // What is found tells a file read again from one that began anew, and so where else to look.
    for (let sought = 0; ; ) {
      const pairs = await stageReading(connection, earlier);
      if (pairs > sought) await stageReadAgain(connection, positions, earlier, idsOf);
      await connection.run('drop table shared');
      if (pairs === sought || !(await noteRepeats(connection))) break;
      sought = pairs;
    }
    await connection.run(`insert into repeats select origin_object, origin_row, true from read_again
      anti join repeats using (origin_object, origin_row)`);
    await connection.run('drop table read_again');
    await connection.run(`create temp table files_file (${duckdbColumnList(BOOKED_FILES_COLUMNS)})`);
    await connection.run('insert into files_file by name from own_hours');
    await connection.run(`copy (from files_file order by all)
      to ${sqlText(join(staged, FILES_FILE))} (format parquet, compression zstd)`);
    await connection.run('drop table files_file');
  }
  await connection.run('drop table own_hours');
}

/** Notes in `own_hours` up to where `read_again` has lines. Returns whether that was news. */
async function noteRepeats(connection: DuckDBConnection): Promise<boolean> {
  const noted = await connection.run(`update own_hours h set repeated_offset = r.repeated_offset from (
      select ${FILE_KEYS}, id_hour, max(source_offset) as repeated_offset from read_again group by all
    ) r where ${[...FILE_KEYS.split(', '), 'id_hour'].map((key) => `r.${key} = h.${key}`).join(' and ')}
      and h.repeated_offset is distinct from r.repeated_offset`);
  return noted.rowsChanged > 0;
}

/**
 * `shared`: the pairs of hours that may have the same lines; returns their number. Reads the bookings of the day before, and
 * all of them when these do not say.
 */
async function stageReading(connection: DuckDBConnection, earlier: EarlierBookings): Promise<number> {
  const parts = await withFiles(earlier.parts);
  const iso = "'%Y-%m-%dT%H:%M:%S.%gZ'";
  const least = await connection.runAndReadAll(`select strftime(min(id_hour) - ${LOOK_BACK}, ${iso}) from own_hours`);
  const from = String(least.getRows()[0]?.[0]);
  const [near, far] = [parts.filter((part) => part.lastIdHour >= from), parts.filter((part) => part.lastIdHour < from)];
  await connection.run(`create temp table hours as
    select *, true as own from own_hours
    union all by name ${bookedHours(near, 'own_hours')}`);
  const reading = `(${readingOf('hours')})`;
  if (far.length > 0) {
    await connection.run(`create temp table unclear as ${unclearFiles(reading)}`);
    if (await any(connection, 'unclear'))
      await connection.run(`insert into hours by name ${bookedHours(far, 'unclear')}`);
    await connection.run('drop table unclear');
  }
  await connection.run(`create temp table reading as from ${reading}`);
  await connection.run(`create temp table shared as ${sharedHours('reading')}`);
  for (const table of ['hours', 'reading']) await connection.run(`drop table ${table}`);
  return Number((await connection.runAndReadAll('select count(*) from shared')).getRows()[0]?.[0] ?? 0n);
}

function bookedHours(parts: readonly EarlierPart[], touched: string): string {
  if (parts.length === 0) return 'select *, false as own from own_hours where false';
  const files = parts.map(({ folder }) => sqlText(join(folder, FILES_FILE))).join(', ');
  return `select *, false as own from read_parquet([${files}]) semi join ${touched} using (${FILE_KEYS})`;
}

async function withFiles(parts: readonly EarlierPart[]): Promise<readonly EarlierPart[]> {
  const there = await Promise.all(
    parts.map(({ folder }) =>
      access(join(folder, FILES_FILE)).then(
        () => true,
        () => false,
      ),
    ),
  );
  return parts.filter((_, place) => there[place]);
}

/** Adds to `read_again` the booking's own lines that a line in another hour comes before. */
async function stageReadAgain(
  connection: DuckDBConnection,
  positions: string,
  earlier: EarlierBookings,
  idsOf: (objects: readonly string[]) => Promise<string>,
): Promise<void> {
  const hour = "strftime(other_hour, '%Y-%m-%dT%H:%M:%S.%gZ')";
  const others = await connection.runAndReadAll(`select distinct emitter, ${hour} from shared`);
  const spans = others.getRowsJson().map(([emitter, at]): IdHours => {
    return { emitter: String(emitter), first: String(at), last: String(at) };
  });
  await connection.run(`create temp table suspect as from ${positions}
    semi join (select ${FILE_KEYS}, own_hour as id_hour from shared) using (${FILE_KEYS}, id_hour)`);
  await connection.run(`create temp table booked_again as
    select distinct emitter, event_id from (${await idsOf(pathsOf(await earlier.objectsWithin(spans)))})
    semi join (select emitter, other_hour as id_hour from shared) using (emitter, id_hour)
    semi join suspect using (emitter, event_id)`);
  await connection.run(`insert into read_again by name select s.* exclude (place, apart) from (
      select *, row_number() over (partition by emitter, event_id order by arrival_time, origin_object, origin_row) as place,
        min(id_hour) over (partition by emitter, event_id) <> max(id_hour) over (partition by emitter, event_id) as apart
      from suspect
    ) s left join booked_again b using (emitter, event_id)
    where (b.event_id is not null or (apart and place > 1))
      and (s.origin_object, s.origin_row) not in (select (origin_object, origin_row) from read_again)`);
  for (const table of ['suspect', 'booked_again']) await connection.run(`drop table ${table}`);
}

async function any(connection: DuckDBConnection, table: string): Promise<boolean> {
  return (await connection.runAndReadAll(`select 1 from ${table} limit 1`)).currentRowCount > 0;
}
