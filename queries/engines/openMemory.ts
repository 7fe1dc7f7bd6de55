import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { speakTrino } from './duckdb/speakTrino.js';

/** A DuckDB for rows that were read before: no lake is behind it. */
export interface MemoryDuckDb {
  readonly connection: DuckDBConnection;
  /** Takes files and settings away from the statements that follow. */
  seal(): Promise<void>;
  close(): Promise<void>;
}

const MEMORY_MB = 512;

/** An in-memory DuckDB with the settings that give Trino's meaning, in UTC. What does not fit in 512 MB spills into a temporary folder. */
export async function openMemory(): Promise<MemoryDuckDb> {
  const spill = await mkdtemp(join(tmpdir(), 'tenantscope-'));
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: `${MEMORY_MB}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  await speakTrino(connection);
  return {
    connection,
    seal: async () => {
      await connection.run('set global enable_external_access = false');
      await connection.run('set global lock_configuration = true');
    },
    close: async () => {
      connection.closeSync();
      instance.closeSync();
      await rm(spill, { recursive: true, force: true });
    },
  };
}
