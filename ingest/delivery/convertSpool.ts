import { mkdir, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import pLimit from 'p-limit';
import { AppError, duckdbReadColumns, EVENT_COLUMNS } from '../../model/index.js';
import { hashFile } from '../inputs/findInputs.js';
import { syncPath } from '../lake/syncPath.js';
import type { PartitionSpool } from './PartitionSpool.js';

/** An object made ready, by its path in the lake. */
export interface StagedObject {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Where a conversion reads and writes, and what it may use. */
export interface ConversionTarget {
  /** Staging of the unit; objects go to `final/events/…` below it. */
  readonly staging: string;
  readonly unit: string;
  /** Number of this conversion in the unit; part of object names. */
  readonly number: number;
  readonly memoryMb: number;
  readonly threads: number;
}

const quoted = (path: string): string => `'${path.replaceAll("'", "''")}'`;

/**
 * Turns a spool into zstd Parquet, one object a partition. The columns are declared, so nothing is guessed, and
 * the rows written are counted against the lines appended: a difference throws INTERNAL and nothing is committed.
 */
export async function convertSpool(spool: PartitionSpool, target: ConversionTarget): Promise<readonly StagedObject[]> {
  if (spool.lines.size === 0) return [];
  spool.flush();
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(target.threads),
    memory_limit: `${target.memoryMb}MB`,
    temp_directory: join(target.staging, 'duckdb'),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
  });
  const limit = pLimit(target.threads);
  try {
    // One statement a partition: a single partitioned COPY holds buffers for every partition and column at once.
    const partitions = [...spool.lines.keys()].sort();
    const work = partitions.map((partition, index) =>
      limit(() => convertPartition(instance, spool, partition, index, target)),
    );
    // After a failure the others must have ended before the engine and the spool go.
    await Promise.allSettled(work);
    return await Promise.all(work);
  } finally {
    instance.closeSync();
    await rm(spool.folder, { recursive: true, force: true });
  }
}

async function convertPartition(
  instance: DuckDBInstance,
  spool: PartitionSpool,
  partition: string,
  index: number,
  target: ConversionTarget,
): Promise<StagedObject> {
  const path = `events/${partition}/${target.unit}-${target.number}-${index}.parquet`;
  const staged = join(target.staging, 'final', path);
  await mkdir(dirname(staged), { recursive: true });
  const connection = await instance.connect();
  try {
    await connection.run("set TimeZone = 'UTC'");
    const copied = await connection.run(`copy (
      select * from read_json(${quoted(join(spool.folder, partition, 'part.ndjson'))}, format = 'newline_delimited',
        columns = ${duckdbReadColumns(EVENT_COLUMNS)}, hive_partitioning = false)
    ) to ${quoted(staged)} (format parquet, compression zstd)`);
    const rows = copied.rowsChanged;
    const lines = spool.lines.get(partition) ?? 0;
    if (rows !== lines) {
      throw new AppError('INTERNAL', 'the Parquet written does not hold the lines sent', {
        where: partition,
        expected: `${lines} rows`,
        got: `${rows}`,
      });
    }
    await syncPath(staged);
    return { path, rows, ...(await hashFile(staged)) };
  } finally {
    connection.closeSync();
  }
}
