import { mkdir, open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import {
  AppError,
  type CompactedPartition,
  EVENT_COLUMNS,
  EVENT_SCHEMA_VERSION,
  LAKE,
  ORIGIN_COLUMNS,
  partitionOf,
} from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashFile } from '../../lake/hashFile.js';
import { selectFiles } from '../../lake/selectRows.js';
import { damagedObject } from '../../ledger/damaged.js';
import { contentOf, differingObjects } from './contentOf.js';
import { filesOf, type PlannedPartition } from './planCompaction.js';

/** Where a rewrite works. */
export interface RewritePlace {
  readonly connection: DuckDBConnection;
  readonly lake: string;
  /** Folder the new files are made in, below it their paths in the lake. */
  readonly staged: string;
  /** Part of the new files' names, unlike any other run's. */
  readonly name: string;
  readonly targetBytes: number;
}

/**
 * Rewrites the files of a partition into fewer, in staging: rows in order of event time, then of where they were delivered.
 * The old files must be what they were when they were booked, and the new ones must hold exactly their rows; both are
 * checked before anything is said of them. Throws LAKE_DAMAGED and INTERNAL.
 */
export async function rewritePartition(place: RewritePlace, planned: PlannedPartition): Promise<CompactedPartition> {
  const { connection, lake, staged } = place;
  const hashes = new Map<string, string>();
  for (const { object, sha256 } of planned.from) {
    const there = await hashFile(join(lake, object));
    if (sha256 !== undefined && there.sha256 !== sha256)
      throw damagedObject(object, 'an object of the lake is not what was booked');
    hashes.set(object, there.sha256);
  }
  const columns = [...EVENT_COLUMNS, ...ORIGIN_COLUMNS].map(({ name }) => name).join(', ');
  await connection.run(`create or replace temp table rewritten as
    select ${columns} from (${await selectFiles(connection, lake, planned.from, EVENT_COLUMNS)})
    order by event_time, origin_object, origin_row`);
  const rows = planned.from.reduce((sum, file) => sum + file.rows, 0);
  const bytes = planned.from.reduce((sum, file) => sum + file.bytes, 0);
  const each = Math.max(1, Math.ceil(rows / filesOf(bytes, place.targetBytes)));
  const to: CompactedPartition['to'] = [];
  for (let first = 0; first === 0 || first < rows; first += each) {
    const file = `${place.name}-${to.length}.parquet`;
    const object = `${LAKE.compacted}/tenant_id=${planned.emitter}/dt=${planned.dt}/${file}`;
    const path = join(staged, object);
    await mkdir(dirname(path), { recursive: true });
    const copied = await connection.run(`copy (
      select ${columns} from rewritten where rowid >= ${first} and rowid < ${first + each}
    ) to ${sqlText(path)} (format parquet, compression zstd)`);
    await sync(path);
    to.push({ object, rows: copied.rowsChanged, ...(await hashFile(path)), schema_version: EVENT_SCHEMA_VERSION });
  }
  await connection.run('drop table rewritten');
  await proveEqual(place, planned, to);
  return {
    emitter: planned.emitter,
    dt: planned.dt,
    from: planned.from.map(({ object, rows: count }) => ({ object, rows: count, sha256: hashes.get(object) ?? '' })),
    to,
  };
}

/** Reads old and new files again and compares their content. */
async function proveEqual(
  { connection, lake, staged }: RewritePlace,
  planned: PlannedPartition,
  to: CompactedPartition['to'],
): Promise<void> {
  const before = await contentOf(connection, lake, planned.from);
  const after = await contentOf(
    connection,
    staged,
    to.map(({ object, schema_version: schema }) => ({ object, schema })),
  );
  const [differing] = differingObjects(before, after);
  const [old, fresh] = [planned.from, to].map((files) => files.reduce((sum, { rows }) => sum + rows, 0));
  if (differing === undefined && old === fresh) return;
  const { tenantId = planned.emitter, dt = planned.dt } = partitionOf(differing ?? '') ?? {};
  throw new AppError('INTERNAL', 'the compacted files do not hold the rows of the old ones', {
    where: `tenant ${tenantId}, day ${dt}`,
    expected: `${old} rows, ${before.get(differing ?? '') ?? 'none'} of ${differing}`,
    got: `${fresh} rows, ${after.get(differing ?? '') ?? 'none'}`,
    hint: 'nothing was changed; the old files are there and are read',
  });
}

async function sync(path: string): Promise<void> {
  const file = await open(path, 'r+');
  await file.sync().finally(() => file.close());
}
