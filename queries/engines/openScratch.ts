import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { makeSpillFolder, removeSpillFolder } from './duckdb/spillFolder.js';
import { type SpillLimit, spillLimit } from './duckdb/spillLimit.js';

/** A DuckDB of this process's own, with a spill folder of its own. */
export interface Scratch {
  readonly connection: DuckDBConnection;
  readonly spillLimit: SpillLimit;
  /** Another connection to the same data, which ends with it. */
  connect(): Promise<DuckDBConnection>;
  close(): Promise<void>;
}

/**
 * An in-memory DuckDB in UTC that spills into a folder of its own in the lake's staging: so much at most, and never all that the disk
 * has free. Extensions are never downloaded.
 */
export async function openScratch(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
  readonly spillMb?: number;
}): Promise<Scratch> {
  const spill = await makeSpillFolder(options.lake);
  const limit = await spillLimit(spill, options.spillMb);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  // Given when the instance is made, it is shown and not kept to.
  await connection.run(`set global max_temp_directory_size = '${limit.bytes} bytes'`);
  const others: DuckDBConnection[] = [];
  return {
    connection,
    spillLimit: limit,
    connect: async () => {
      const other = await instance.connect();
      others.push(other);
      return other;
    },
    close: async () => {
      for (const open of [connection, ...others]) open.closeSync();
      instance.closeSync();
      await removeSpillFolder(spill);
    },
  };
}
