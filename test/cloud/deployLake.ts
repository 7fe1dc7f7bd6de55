import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CreateBucketCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import {
  athenaDdl,
  BOOKED_EVENTS_COLUMNS,
  type Column,
  errorTable,
  eventTable,
  type HiveTable,
  LEDGER_COLUMNS,
} from '../../model/index.js';
import type { Workgroup } from './athenaOnMiniStack.js';

/**
 * Puts a local lake into a bucket and its tables into the catalogue, as a stack would, by Athena's own DDL. Only the ledger
 * is different: MiniStack's Athena reads no Iceberg, so its tables are over the Parquet of the bookings.
 */
export async function deployLake(
  endpoint: string,
  workgroup: Workgroup,
  lake: string,
  database: string,
): Promise<string> {
  const bucket = database.replaceAll('_', '-');
  await workgroup.s3.send(new CreateBucketCommand({ Bucket: bucket }));
  for (const path of filesIn(lake)) {
    const key = keyOf(path);
    if (key === undefined) continue;
    const Body = readFileSync(join(lake, path));
    await workgroup.s3.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body }));
  }
  await callGlue(endpoint, 'CreateDatabase', { DatabaseInput: { Name: database } });
  const at = (folder: string): string => `s3://${bucket}/${folder}`;
  const plain = (name: string, columns: readonly Column[]): HiveTable => {
    return { name, columns, partitions: [], location: at(`ledger/${name}`), format: 'parquet' };
  };
  const dates = ['2026-01-01', 'NOW+1DAYS'] as const;
  const tables = [
    eventTable(at('events'), dates),
    { ...eventTable(at('events_compacted'), dates), name: 'events_compacted' },
    errorTable(at('errors')),
    plain('usage', LEDGER_COLUMNS),
    plain('booked_events', BOOKED_EVENTS_COLUMNS),
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

/** Bookings lie apart by table there; the journal stays here. */
function keyOf(path: string): string | undefined {
  if (/^(events|events_compacted|errors|ledger\/manifests)\//.test(path)) return path;
  const [, booking, file] = /^ledger\/bookings\/([^/]+)\/(usage|events)\.parquet$/.exec(path) ?? [];
  if (booking === undefined) return undefined;
  return `ledger/${file === 'usage' ? 'usage' : 'booked_events'}/${booking}.parquet`;
}

async function callGlue(endpoint: string, operation: string, body: object): Promise<void> {
  const response = await fetch(endpoint, {
    method: 'POST',
    headers: { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `AWSGlue.${operation}` },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`Glue ${operation}: HTTP ${response.status} ${await response.text()}`);
}
