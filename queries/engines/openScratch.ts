import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';
import { makeSpillFolder, removeSpillFolder } from './duckdb/spillFolder.js';

/** A DuckDB of this process's own, with a spill folder of its own. */
export interface Scratch {
  readonly connection: DuckDBConnection;
  /** Another connection to the same data, which ends with it. */
  connect(): Promise<DuckDBConnection>;
  close(): Promise<void>;
}

/** An in-memory DuckDB in UTC that spills into a folder of its own in the lake's staging. Extensions are never downloaded. */
export async function openScratch(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
}): Promise<Scratch> {
  const spill = await makeSpillFolder(options.lake);
  const instance = await DuckDBInstance.create(':memory:', {
    threads: String(options.threads),
    memory_limit: `${options.memoryMb}MB`,
    temp_directory: spill,
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
  });
  const connection = await instance.connect();
  await connection.run("set global TimeZone = 'UTC'");
  const others: DuckDBConnection[] = [];
  return {
    connection,
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
