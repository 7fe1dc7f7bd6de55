import { randomUUID } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { LAKE } from '../../model/index.js';

/** A DuckDB of this process's own, with a spill folder of its own. */
export interface Scratch {
  readonly connection: DuckDBConnection;
  close(): Promise<void>;
}

/**
 * An in-memory DuckDB in UTC that spills into the lake's staging. The spill folder is this opening's alone: two
 * processes that spill into one folder corrupt each other's pages. Extensions are never downloaded.
 */
export async function openScratch(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
}): Promise<Scratch> {
  const spill = join(options.lake, LAKE.staging, `duckdb-${randomUUID()}`);
  await mkdir(spill, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  return {
    connection,
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
}
