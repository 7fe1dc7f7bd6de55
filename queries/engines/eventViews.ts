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
  RESERVED_TENANTS,
  type TenantId,
  USAGE_FIELDS,
} from '../../model/index.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { selectRows } from '../lake/selectRows.js';
import type { ReadableObjects } from './bookedFiles.js';
import { errorFiles } from './errorFiles.js';
import { filesHolding } from './scanFiles.js';
import { sqlText } from './sqlText.js';
import { statedUser } from './statedUser.js';
import { CALLER_COLUMNS } from './viewSelects.js';

/** A record of 10 MiB, the greatest a stream takes, in base64 and with room to spare. */
const MAX_ERROR_LINE = 33_554_432;

/**
 * The views of single lines: `events` and `event_usage` over the booked objects that are there, and `quarantine`. Returns
 * what they leave out: the ledger outlives the objects it was made from. Into `files` goes what each view is over. For one
 * tenant the objects are its own; there is no quarantine then. `erased` are the ids of erased tenants: what still came in
 * their name is nobody's here.
 */
export async function createEventViews(
  connection: DuckDBConnection,
  { lake, index }: IndexedLake,
  objects: ReadableObjects,
  {
    tenant,
    files,
    erased,
  }: {
    readonly tenant: TenantId | undefined;
    readonly files: Map<string, readonly string[]>;
    readonly erased: readonly string[];
  },
): Promise<readonly string[]> {
  const columns = [...EVENT_PARTITION_COLUMNS, ...EVENT_COLUMNS];
  const source = { lake, index, objects: objects.readable };
  const stored = await selectRows(connection, source, EVENT_COLUMNS);
  const rows = erased.length === 0 ? stored : `select * replace (${usageWithout(erased)} as usage) from (${stored})`;
  files.set('events', filesHolding(source)).set('event_usage', filesHolding(source));
  await viewOf(connection, 'events', columns, objects.readable.length === 0 ? undefined : rows);
  const entry = USAGE_FIELDS.map(({ name }) => `u.${name} as ${name}`).join(', ');
  const own = erased.length === 0 ? '' : `u.tenant_id = ${sqlText(RESERVED_TENANTS.erased)}`;
  const caller = CALLER_COLUMNS.map((name) =>
    own === '' ? name : `case when not (${own}) then ${name} end as ${name}`,
  );
  await viewOf(
    connection,
    'event_usage',
    EVENT_USAGE_COLUMNS,
    `select emitter, dt, event_time, event_id, arrival_time, entry, ${caller.join(', ')}, ${entry}
     from (select tenant_id as emitter, dt, event_time, event_id, arrival_time, ${statedUser(attributeOf)} as user_id,
       http_request_method, http_route, url_path, unnest(usage) as u, generate_subscripts(usage, 1) as entry from events)
     ${tenant === undefined ? '' : `where u.tenant_id = ${sqlText(tenant)}`}`,
  );
  // Quarantined records are of unproven identity: they are no tenant's to read.
  if (tenant === undefined) {
    const errors = (await errorFiles(lake)).map(({ path }) => join(lake, path));
    files.set('quarantine', errors);
    await viewOf(connection, 'quarantine', QUARANTINE_COLUMNS, fromErrors(errors));
  }
  return goneFrom(objects);
}

const attributeOf = (key: string): string => `attributes[${sqlText(key)}]`;

function usageWithout(erased: readonly string[]): string {
  const changes: Readonly<Record<string, string>> = { tenant_id: sqlText(RESERVED_TENANTS.erased) };
  const wiped = ['resource', 'operation', 'series'];
  const fields = USAGE_FIELDS.map(
    ({ name }) => `${name} := ${changes[name] ?? (wiped.includes(name) ? "''" : `u.${name}`)}`,
  );
  return `list_transform(usage, u -> case when u.tenant_id in (${erased.map(sqlText).join(', ')})
    then struct_pack(${fields.join(', ')}) else u end)`;
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

/** Firehose's lines; the local delivery ends the message with the reason. What has no arrival is none of them. */
function fromErrors(files: readonly string[]): string | undefined {
  if (files.length === 0) return undefined;
  return `select strftime(arrival_time, '%Y-%m-%d') as dt, arrival_time, octet_length(from_base64("rawData")) as bytes,
      coalesce(nullif(regexp_extract("errorMessage", ': ([a-z_]+)$', 1), ''), 'unstated') as reason
    from (select *, epoch_ms("arrivalTimestamp") as arrival_time from read_json(${listOf(files)},
      format = 'newline_delimited', maximum_object_size = ${MAX_ERROR_LINE},
      columns = {"arrivalTimestamp": 'BIGINT', "errorMessage": 'VARCHAR', "rawData": 'VARCHAR'})
      where "arrivalTimestamp" is not null)`;
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
