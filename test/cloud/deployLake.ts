import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { DuckDBInstance } from '@duckdb/node-api';
import {
  athenaDdl,
  BOOKINGS_TABLE,
  errorTable,
  eventTable,
  type HiveTable,
  type IcebergTable,
  LAKE,
  LEDGER_TABLES,
} from '../../model/index.js';
import { ledgerParts } from '../../queries/engines/bookedFiles.js';
import { sqlText } from '../../queries/engines/sqlText.js';
import type { Workgroup } from './athenaOnMiniStack.js';

/**
 * Puts a local lake into a bucket and its tables into the catalogue, as a stack would, by Athena's own DDL. Only the ledger
 * is different: MiniStack's Athena reads no Iceberg, so its tables are over Parquet with the same columns.
 */
export async function deployLake(
  endpoint: string,
  workgroup: Workgroup,
  lake: string,
  database: string,
): Promise<string> {
  const bucket = database.replaceAll('_', '-');
  await workgroup.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  const put = async (path: string, key: string): Promise<void> => {
    await workgroup.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: readFileSync(path) }));
  };
  for (const path of filesIn(lake)) {
    if (/^(events|events_compacted|errors|ledger\/manifests)\//.test(path)) await put(join(lake, path), path);
  }
  for (const { path, table } of await writeLedger(lake)) await put(path, `ledger/${table}/${basename(path)}`);
  await callGlue(endpoint, 'CreateDatabase', { DatabaseInput: { Name: database } });
  const at = (folder: string): string => `s3://${bucket}/${folder}`;
  const ledger = ({ name, columns }: IcebergTable): HiveTable => {
    return { name, columns, partitions: [], location: at(`ledger/${name}`), format: 'parquet' };
  };
  const dates = ['2026-01-01', 'NOW+1DAYS'] as const;
  const tables = [
    eventTable(at('events'), dates),
    { ...eventTable(at('events_compacted'), dates), name: 'events_compacted' },
    errorTable(at('errors')),
    ...[LEDGER_TABLES.usage, LEDGER_TABLES.bookedEvents, BOOKINGS_TABLE].map(ledger),
  ];
  const { background } = workgroup.open();
  for (const table of tables) {
    const queryId = await background.start(athenaDdl(database, table));
    let status = await background.status(queryId);
    while (status.state === 'queued' || status.state === 'running') status = await background.status(queryId);
    if (status.state !== 'succeeded') throw new Error(`${table.name}: ${status.reason}`);
  }
  return `s3://${bucket}`;
}

function filesIn(folder: string): readonly string[] {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(folder.length + 1));
}

/** The bookings of a lake as the ledger in Iceberg holds them: rows by attempt, and which attempts count. */
async function writeLedger(lake: string): Promise<readonly { readonly path: string; readonly table: string }[]> {
  const parts = await ledgerParts(lake);
  const folder = join(lake, LAKE.staging, 'deploy');
  mkdirSync(folder, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const written: { path: string; table: string }[] = [];
  const write = async (table: string, name: string, query: string): Promise<void> => {
    const path = join(folder, `${table}-${name}.parquet`);
    await connection.run(`copy (${query}) to ${sqlText(path)} (format parquet, compression zstd)`);
    written.push({ path, table });
  };
  for (const { folder: part, manifests } of parts) {
    const name = basename(part);
    for (const [table, file] of [
      ['usage', 'usage'],
      ['booked_events', 'events'],
    ] as const) {
      const rows = `read_parquet(${sqlText(join(lake, part, `${file}.parquet`))})`;
      await write(table, name, `select *, 'attempt-${name}' as attempt from ${rows}`);
      // An attempt that was given up: it must not count.
      await write(table, `${name}-lost`, `select *, 'lost-${name}' as attempt from ${rows}`);
    }
    const [first] = manifests;
    const last = manifests.at(-1);
    const kind = name.startsWith('sealed-') ? 'sealed' : 'booking';
    await write(
      'bookings',
      name,
      `select '${kind}' as kind, '${first?.booked_date}' as booked_date, cast(${last?.number} as bigint) as manifest,
        'attempt-${name}' as attempt, timestamp '2026-11-25 00:00:00' as finished, cast(0 as bigint) as "rows",
        cast(0 as bigint) as events, '' as lake`,
    );
  }
  connection.closeSync();
  instance.closeSync();
  return written;
}

async function callGlue(endpoint: string, operation: string, body: object): Promise<void> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSGlue.${operation}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Glue ${operation}: HTTP ${response.status} ${await response.text()}`);
}
