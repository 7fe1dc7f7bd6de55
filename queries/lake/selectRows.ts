import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  AppError,
  type Column,
  duckdbType,
  EVENT_PARTITION_COLUMNS,
  EVENT_SCHEMA_VERSION,
  LAKE,
  ORIGIN_COLUMNS,
} from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import type { HeldIn, IndexedLake } from './ObjectIndex.js';

/** What is read: some booked objects of a lake, wherever their rows are now. */
export interface RowSource extends IndexedLake {
  readonly objects: readonly string[];
}

/**
 * The SELECT that reads the rows of objects, delivered or compacted: the columns asked for, `tenant_id`, `dt`, and as
 * `origin_object` and `origin_row` where each row was delivered. Objects that are gone by retention or erasure give no
 * rows. Files that lack a column, or have a narrower one, give NULL, or the same value in the wider type; they are read
 * by themselves, since reading by name opens every file's footer before the first row. Throws LAKE_DAMAGED for a file of a
 * newer version of the event table.
 */
export async function selectRows(
  connection: DuckDBConnection,
  source: RowSource,
  columns: readonly Column[],
): Promise<string> {
  return selectReads(connection, source.lake, readsOf(source), columns);
}

/** The same of files, all of their rows, delivered or compacted ones. */
export async function selectFiles(
  connection: DuckDBConnection,
  lake: string,
  files: readonly HeldIn[],
  columns: readonly Column[],
): Promise<string> {
  const reads = new Map<string, Read>();
  for (const file of files) addRead(reads, [file], isCompacted(file.object) ? COMPACTED : deliveredIn(lake));
  return selectReads(connection, lake, [...reads.values()], columns);
}

async function selectReads(
  connection: DuckDBConnection,
  lake: string,
  reads: readonly Read[],
  columns: readonly Column[],
): Promise<string> {
  const selects: string[] = [];
  for (const { files, exact, objects, origin } of reads) {
    const paths = [...files].sort();
    const table = readParquet(lake, paths, !exact);
    const names = exact ? columns.map(({ name }) => name) : await castColumns(connection, lake, paths, columns);
    const list = [...names, 'tenant_id', 'dt', origin].join(', ');
    const where = objects === undefined ? '' : ` where origin_object in (${objects.map(sqlText).join(', ')})`;
    selects.push(`select ${list} from ${table}${where}`);
  }
  return selects.length === 0 ? noRows(columns) : selects.join(' union all ');
}

/** Refuses a version of the event table this program does not know: it would read what it knows of it and no more. */
export function checkSchemaVersion(version: number, object: string): void {
  if (version <= EVENT_SCHEMA_VERSION) return;
  throw new AppError('LAKE_DAMAGED', 'an object of the lake has a newer schema than this program knows', {
    where: object,
    expected: `schema_version ${EVENT_SCHEMA_VERSION} or less`,
    got: String(version),
    hint: 'use the tenantscope that wrote it, or a newer one: reading a part of it would look like all of it',
  });
}

/** Files that are read together. */
interface Read {
  readonly files: Set<string>;
  /** Every file has the event table's columns as they are. */
  readonly exact: boolean;
  /** The only delivered objects whose rows are meant; undefined when all of the files' are. */
  readonly objects?: string[];
  /** How a row says where it was delivered. */
  readonly origin: string;
}

const isCompacted = (path: string): boolean => path.startsWith(`${LAKE.compacted}/`);

const COMPACTED = 'origin_object, origin_row';

const deliveredIn = (lake: string): string =>
  `substr(filename, ${join(lake, 'x').length}) as origin_object, file_row_number as origin_row`;

function readsOf({ lake, index, objects }: RowSource): readonly Read[] {
  const reads = new Map<string, Read>();
  const compacted = new Map<string, { readonly files: readonly HeldIn[]; readonly own: string[] }>();
  for (const object of objects) {
    const place = index.whereabouts(object);
    if (place.state === 'delivered') addRead(reads, [place.file], deliveredIn(lake));
    if (place.state !== 'compacted') continue;
    const key = place.files.map((file) => file.object).join('\n');
    const group = compacted.get(key) ?? { files: place.files, own: [] };
    group.own.push(object);
    compacted.set(key, group);
  }
  for (const { files, own } of compacted.values()) {
    const whole = files.every(({ object }) => index.heldIn(object).length === own.length);
    addRead(reads, files, COMPACTED, whole ? undefined : own);
  }
  return [...reads.values()];
}

function addRead(reads: Map<string, Read>, files: readonly HeldIn[], origin: string, part?: readonly string[]): void {
  for (const { schema, object } of files) checkSchemaVersion(schema, object);
  const exact = files.every(({ schema }) => schema === EVENT_SCHEMA_VERSION);
  const key = `${origin} ${exact} ${part !== undefined}`;
  const read = reads.get(key) ?? { files: new Set(), exact, origin, ...(part === undefined ? {} : { objects: [] }) };
  for (const { object } of files) read.files.add(object);
  read.objects?.push(...(part ?? []));
  reads.set(key, read);
}

function readParquet(lake: string, paths: readonly string[], byName: boolean): string {
  const list = paths.map((path) => sqlText(join(lake, path))).join(', ');
  return `read_parquet([${list}], hive_partitioning = true, hive_types_autocast = false, filename = true,
    file_row_number = true${byName ? ', union_by_name = true' : ''})`;
}

/** The columns in their declared types; those no file has as NULL. */
async function castColumns(
  connection: DuckDBConnection,
  lake: string,
  paths: readonly string[],
  columns: readonly Column[],
): Promise<readonly string[]> {
  const described = await connection.runAndReadAll(`describe select * from ${readParquet(lake, paths, true)}`);
  const there = new Set(described.getRows().map(([name]) => String(name)));
  return columns.map(({ name, type }) => `cast(${there.has(name) ? name : 'null'} as ${duckdbType(type)}) as ${name}`);
}

function noRows(columns: readonly Column[]): string {
  const all = [...columns, ...EVENT_PARTITION_COLUMNS, ...ORIGIN_COLUMNS];
  return `select ${all.map(({ name, type }) => `cast(null as ${duckdbType(type)}) as ${name}`).join(', ')} where false`;
}
