import { stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { partitionOf } from '../../model/index.js';
import type { RowSource } from '../lake/selectRows.js';
import type { DataFile, ViewRead } from './DataFile.js';
import { type ColumnChunk, leastBytesOf } from './leastBytes.js';
import { sqlText } from './sqlText.js';

/**
 * Which of the files that each view is over a statement can read, and how much of each at least, by its footer. Files are
 * given and taken as absolute paths, and answered relative to the lake.
 */
export async function scanFiles(
  lake: string,
  files: ReadonlyMap<string, readonly string[]>,
  reads: readonly ViewRead[],
): Promise<readonly DataFile[]> {
  const readsOf = new Map<string, ViewRead[]>();
  for (const read of reads) {
    for (const file of (files.get(read.view) ?? []).filter((path) => isAskedFor(path, read))) {
      const ofFile = readsOf.get(file) ?? [];
      ofFile.push(read);
      readsOf.set(file, ofFile);
    }
  }
  const chunks = await columnChunks([...readsOf.keys()].filter((path) => path.endsWith('.parquet')));
  return Promise.all(
    [...readsOf].map(async ([path, wanted]) => {
      const { size: bytes } = await stat(path);
      const footer = chunks.get(path);
      // Without a footer it is text, which is read whole.
      return { path: relative(lake, path), bytes, leastBytes: footer ? leastBytesOf(footer, wanted) : bytes };
    }),
  );
}

/** The files that hold rows of some objects of a lake, by absolute path, each once; none for objects that are gone. */
export function filesHolding({ lake, index, objects }: RowSource): readonly string[] {
  const files = objects.flatMap((object) => {
    const place = index.whereabouts(object);
    if (place.state === 'delivered') return [place.file.object];
    return place.state === 'compacted' ? place.files.map((file) => file.object) : [];
  });
  return [...new Set(files)].map((file) => join(lake, file));
}

/** A file that is in no partition can hold rows of any. */
function isAskedFor(path: string, { tenants, dates }: ViewRead): boolean {
  const partition = partitionOf(path);
  if (partition === undefined) return true;
  if (tenants !== undefined && !tenants.includes(partition.tenantId)) return false;
  return dates === undefined || (partition.dt >= dates.first && partition.dt <= dates.last);
}

/** The column chunks of Parquet files by their footers, read by a DuckDB that no statement of a user reaches. */
async function columnChunks(paths: readonly string[]): Promise<ReadonlyMap<string, readonly ColumnChunk[]>> {
  const found = new Map<string, ColumnChunk[]>();
  if (paths.length === 0) return found;
  const instance = await DuckDBInstance.create(':memory:', { threads: '1', temp_directory: tmpdir() });
  const connection = await instance.connect();
  try {
    const reader = await connection.runAndReadAll(
      `select file_name, row_group_id, path_in_schema, total_compressed_size, stats_min_value, stats_max_value
       from parquet_metadata([${paths.map(sqlText).join(', ')}])`,
    );
    for (const [file, rowGroup, path, bytes, min, max] of reader.getRows()) {
      const chunk: ColumnChunk = {
        rowGroup: Number(rowGroup),
        path: String(path).split(', '),
        bytes: Number(bytes),
        ...(min === null || max === null ? {} : { least: String(min), greatest: String(max) }),
      };
      const ofFile = found.get(String(file)) ?? [];
      ofFile.push(chunk);
      found.set(String(file), ofFile);
    }
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
