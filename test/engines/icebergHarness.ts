import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { DuckDBInstance } from '@duckdb/node-api';
import { expect } from 'vitest';
import { LEDGER_TABLES } from '../../model/index.js';
import { ledgerParts } from '../../queries/engines/bookedFiles.js';
import { queryDuckDb } from '../../queries/engines/queryDuckDb.js';
import { recentFiles } from '../../queries/engines/recentFiles.js';
import type { SqlSession } from '../../queries/engines/SqlSession.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { buildLedger } from '../../queries/index.js';
import { journalObjects } from '../../queries/lake/journalObjects.js';
import { listOrNone } from '../../queries/lake/readJournal.js';
import { shortLogOf } from '../../queries/ledger/checkpoint/ShortLog.js';
import { buildIcebergLedger, type IcebergBuildOptions } from '../../queries/ledger/iceberg/buildIcebergLedger.js';
import type { IcebergLedger } from '../../queries/ledger/iceberg/IcebergLedger.js';
import { LEDGER_PARTS } from '../../queries/ledger/iceberg/ledgerParts.js';
import { mergedRows } from '../../queries/ledger/iceberg/mergedRows.js';
import { openIcebergLedger } from '../../queries/ledger/iceberg/openIcebergLedger.js';
import { trinoEmbeddedLedger } from '../../queries/ledger/iceberg/trinoEmbeddedLedger.js';
import { trinoObjectTable } from '../../queries/ledger/iceberg/trinoObjectTable.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { localStore } from '../../queries/store/localStore.js';

/** A lake of the test's Trino, whose ledger is built by both engines. */
export interface BothLedgers {
  readonly lake: string;
  readonly ledger: IcebergLedger;
  /** What a build on Trino is given. */
  readonly options: () => IcebergBuildOptions;
  /** Builds on Trino. */
  readonly onTrino: (over?: Partial<IcebergBuildOptions>) => ReturnType<typeof buildIcebergLedger>;
  readonly onDuckDb: (now?: number) => ReturnType<typeof buildLedger>;
  /** Every row that counts, by table, as sorted lines: of each engine's ledger. An erasure leaves rows that merge to one on Trino. */
  readonly rowsOnTrino: (options?: { readonly merged: boolean }) => Promise<LedgerRows>;
  readonly rowsOnDuckDb: () => Promise<LedgerRows>;
}

/** Rows by table. */
export type LedgerRows = Readonly<Record<string, readonly string[]>>;

/** Noon of the day the hand-made lakes arrive on. */
export const NOON = Date.UTC(2026, 11, 2, 12);

const FILES = {
  usage: 'usage.parquet',
  booked_events: 'events.parquet',
  series: 'series.parquet',
  booked_heartbeats: 'heartbeats.parquet',
  booked_sources: 'sources.parquet',
  booked_files: 'files.parquet',
} as const;

/** Tables whose files on DuckDB do not say which booking a row is of. */
const UNSTAMPED: ReadonlySet<string> = new Set(['series', 'usage_recent', 'booked_files']);

/** A statement session on a server. */
export function trinoSession(server: string): SqlSession {
  return new TrinoClient({ server, user: 'test', fetch: globalThis.fetch, clock: Date.now, sleep });
}

/** Both ledgers of the lake `name` below the root that Trino sees. */
export async function bothLedgers(trino: { server: string; root: string }, name: string): Promise<BothLedgers> {
  const session = trinoSession(trino.server);
  const lake = join(trino.root, name);
  const seen = { lake, location: `local:///${name}`, catalog: 'lake' };
  const objects = await trinoObjectTable(session, seen);
  const place = { dialect: 'trino', catalog: 'iceberg', schema: name.replaceAll('-', '_') } as const;
  const ledger: IcebergLedger = { session, place, objects, embedded: trinoEmbeddedLedger(session, seen) };
  const options = (): IcebergBuildOptions => ({
    ledger,
    store: localStore(lake),
    source: journalObjects(),
    clock: () => NOON,
    lease: {
      owner: 'test',
      ttlMs: 600_000,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }).catch(() => 0),
    },
  });
  return {
    lake,
    ledger,
    options,
    onTrino: async (over = {}) => {
      // Folders that were not there before have tables from now on.
      await trinoObjectTable(session, seen);
      return buildIcebergLedger({ ...options(), ...over });
    },
    onDuckDb: (now = NOON) => buildLedger({ lake, memoryMb: 512, threads: 1, clock: () => now }),
    rowsOnTrino: async ({ merged } = { merged: false }) => {
      const { tables } = await openIcebergLedger(ledger, shortLogOf(await readLog(lake)));
      const rows: Record<string, readonly string[]> = {};
      for (const [table, select] of tables) {
        const part = LEDGER_PARTS.find((known) => known.table.name === table);
        const from =
          merged && part !== undefined ? mergedRows(part.merging, `(${select})`, ['booked_date', 'manifest']) : select;
        const answer = await session.run(`select ${columnsOf(table)} from (${from})`);
        rows[table] = answer.rows.map((row) => row.map(String).join(' | ')).sort();
      }
      return rows;
    },
    rowsOnDuckDb: () => duckDbRows(lake),
  };
}

/** What both engines keep of a table: on DuckDB samples and recent usage do not say which booking they are of. */
function columnsOf(table: string): string {
  const found = Object.values(LEDGER_TABLES).find(({ name }) => name === table);
  const left = new Set(UNSTAMPED.has(table) ? ['attempt', 'booked_date', 'manifest'] : ['attempt']);
  return (found?.columns ?? [])
    .map(({ name }) => name)
    .filter((name) => !left.has(name))
    .map((name) => `"${name}"`)
    .join(', ');
}

async function duckDbRows(lake: string): Promise<LedgerRows> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const parts = await ledgerParts(lake);
  const folders = parts.map(({ folder }) => join(lake, folder));
  const rows: Record<string, readonly string[]> = {};
  const read = async (table: string, files: readonly string[], where = 'true'): Promise<void> => {
    const from = `read_parquet([${files.map(sqlText).join(', ')}])`;
    const select = `select ${columnsOf(table)} from ${from} where ${where}`;
    const answer = files.length === 0 ? { rows: [] } : await queryDuckDb(connection, select);
    rows[table] = answer.rows.map((row) => row.map(String).join(' | ')).sort();
  };
  for (const [table, file] of Object.entries(FILES)) {
    const files: string[] = [];
    for (const folder of folders) if ((await listOrNone(folder)).includes(file)) files.push(join(folder, file));
    await read(table, files);
  }
  const recent = await recentFiles(
    connection,
    lake,
    parts.map(({ folder }) => basename(folder)),
  );
  if (recent === undefined) throw new Error('a file of recent usage is gone');
  await read(
    'usage_recent',
    recent.files.map((path) => join(lake, path)),
    recent.where,
  );
  connection.closeSync();
  instance.closeSync();
  return rows;
}

/** Both have the same rows, of usage at least so many. */
export async function expectEqual({ rowsOnTrino, rowsOnDuckDb }: BothLedgers, atLeast = 1): Promise<void> {
  const expected = await rowsOnDuckDb();
  expect(await rowsOnTrino()).toEqual(expected);
  expect(expected.usage?.length).toBeGreaterThanOrEqual(atLeast);
}
