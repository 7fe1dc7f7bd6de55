import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  type Column,
  duckdbColumnList,
  duckdbType,
  EVENT_COLUMNS,
  EVENT_PARTITION_COLUMNS,
  EVENT_USAGE_COLUMNS,
  QUARANTINE_COLUMNS,
  USAGE_FIELDS,
} from '../../model/index.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { readJournal } from '../lake/readJournal.js';
import { selectRows } from '../lake/selectRows.js';
import type { ReadableObjects } from './bookedFiles.js';
import { sqlText } from './sqlText.js';

/** A record of 10 MiB, the greatest a stream takes, in base64 and with room to spare. */
const MAX_ERROR_LINE = 33_554_432;

/**
 * The views of single lines: `events` and `event_usage` over the booked objects that are there, and `quarantine`. Returns
 * what they leave out: the ledger outlives the objects it was made from.
 */
export async function createEventViews(
  connection: DuckDBConnection,
  { lake, index }: IndexedLake,
  objects: ReadableObjects,
): Promise<readonly string[]> {
  const columns = [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS];
  const rows = await selectRows(connection, { lake, index, objects: objects.readable }, EVENT_COLUMNS);
  await viewOf(connection, 'events', columns, objects.readable.length === 0 ? undefined : rows);
  const entry = USAGE_FIELDS.map(({ name }) => `u.${name} as ${name}`).join(', ');
  await viewOf(
    connection,
    'event_usage',
    EVENT_USAGE_COLUMNS,
    `select emitter, dt, event_time, event_id, ${entry}
     from (select tenant_id as emitter, dt, event_time, event_id, unnest(usage) as u from events)`,
  );
  await viewOf(connection, 'quarantine', QUARANTINE_COLUMNS, fromErrors(await errorObjects(lake)));
  return goneFrom(objects);
}

/** What single lines leave out, in words. */
export function goneFrom({ lost, expired, expiredThrough, erased }: ReadableObjects): readonly string[] {
  const gone: string[] = [];
  if (lost > 0) gone.push(`${lost} booked objects are no longer in the lake: their lines are not shown`);
  if (expired > 0)
    gone.push(
      `${expired} booked objects, of arrival dates up to ${expiredThrough}, are past their retention: their lines are not shown`,
    );
  if (erased > 0) gone.push(`${erased} booked objects were erased with their tenant: their lines are not shown`);
  return gone;
}

async function viewOf(
  connection: DuckDBConnection,
  name: string,
  columns: readonly Column[],
  from: string | undefined,
): Promise<void> {
  if (from === undefined) {
    await connection.run(`create table ${name} (${duckdbColumnList(columns)})`);
    return;
  }
  const list = columns.map((column) => `cast(${column.name} as ${duckdbType(column.type)}) as ${column.name}`);
  await connection.run(`create view ${name} as select ${list.join(', ')} from (${from})`);
}

const listOf = (files: readonly string[]): string => `[${files.map(sqlText).join(', ')}]`;

/** Firehose's lines; the local delivery ends the message with the reason. */
function fromErrors(files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  return `select strftime(arrival_time, '%Y-%m-%d') as dt, arrival_time, octet_length(from_base64("rawData")) as bytes,
      coalesce(nullif(regexp_extract("errorMessage", ': ([a-z_]+)$', 1), ''), 'unstated') as reason
    from (select *, epoch_ms("arrivalTimestamp") as arrival_time from read_json(${listOf(files)},
      format = 'newline_delimited', maximum_object_size = ${MAX_ERROR_LINE},
      columns = {"arrivalTimestamp": 'BIGINT', "errorMessage": 'VARCHAR', "rawData": 'VARCHAR'}))`;
}

/** The error objects of finished imports that are still there. */
async function errorObjects(lake: string): Promise<readonly string[]> {
  const units = (await readJournal(lake)).filter((unit) => unit.state === 'done');
  return existing(units.flatMap((unit) => unit.delivery?.error_objects ?? []).map(({ path }) => join(lake, path)));
}

/** Those of the files that are there. */
export async function existing(paths: readonly string[]): Promise<readonly string[]> {
  const there = await Promise.all(
    paths.map((path) =>
      access(path).then(
        () => true,
        () => false,
      ),
    ),
  );
  return paths.filter((_, index) => there[index]);
}
