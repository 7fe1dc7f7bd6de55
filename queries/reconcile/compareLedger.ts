import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE, type LogEntry, RESERVED_TENANTS, recentName, sealedName } from '../../model/index.js';
import { sqlText } from '../engines/sqlText.js';
import { ErasedTenants } from '../lake/ErasedTenants.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { listOrNone } from '../lake/readJournal.js';
import { selectRows } from '../lake/selectRows.js';
import { manifestsOf, sealedDates } from '../ledger/ledgerLog.js';
import { partsOf } from '../ledger/partsOf.js';
import { type Check, compare, type LedgerComparison } from './Check.js';
import { compareSums } from './compareSums.js';
import { type LakeRows, rowsOfObject } from './LakeRows.js';

/**
 * The bookings against the lake: lines counted plus duplicates per tenant, and every sum of the ledger computed from the
 * lake again, duplicates left out, in both directions. What is not booked yet is its own difference; what is past its
 * retention, or was erased, is no difference, and the notes say what cannot be compared for it.
 */
export async function compareLedger(
  connection: DuckDBConnection,
  source: IndexedLake,
  log: readonly LogEntry[],
  rows: LakeRows,
): Promise<LedgerComparison> {
  const { lake, index } = source;
  const checks: Check[] = [];
  const bookings = join(lake, LAKE.bookings);
  const names = await listOrNone(bookings);
  const known = new Set(sealedDates(log).flatMap((date) => [sealedName(date), recentName(date)]));
  for (const { manifest, folder, merge } of manifestsOf(log)) {
    known.add(folder);
    if (!names.includes(folder) && !(known.has(merge) && names.includes(merge)))
      checks.push(
        compare('booked', `manifest ${manifest.number}`, 'a finished booking', 'none: run tenantscope ledger build'),
      );
    for (const { object } of manifest.objects) {
      const { state } = index.whereabouts(object);
      const gone = state === 'expired' || state === 'erased';
      if (!gone && rowsOfObject(source, rows, object) === undefined)
        checks.push(compare('booked', object, 'the object that was booked', 'missing or unreadable'));
    }
  }
  for (const name of names) {
    if (!known.has(name)) checks.push(compare('booked', `booking ${name}`, 'an entry of the log for it', 'none'));
  }
  const readable = readableObjects(source, rows);
  const open = readable.filter((object) => !index.booked.has(object));
  if (open.length > 0)
    checks.push(compare('booked', `${open.length} objects`, 'booked', 'not booked yet: run tenantscope ledger build'));
  const finished = await partsOf(log, bookings);
  if (finished.length === 0) return { checks, notes: [] };
  const folders = finished.map(({ name }) => join(bookings, name));
  checks.push(...(await compareTenants(connection, source, log, readable, folders)));
  const sums = await compareSums(connection, { ...source, objects: readable }, log, finished);
  return { checks: [...checks, ...sums.checks], notes: sums.notes };
}

/** Every object whose rows can be read, by the path it was delivered under; also those nobody delivered. */
function readableObjects({ index }: IndexedLake, rows: LakeRows): readonly string[] {
  const delivered = [...rows.files.keys()].filter(
    (path) => path.startsWith(`${LAKE.events}/`) && index.whereabouts(path).state === 'delivered',
  );
  const compacted = [...index.booked.keys()].filter((path) => index.whereabouts(path).state === 'compacted');
  return [...delivered, ...compacted].sort();
}

/** Lines in the lake against lines booked, per tenant. Those kept no longer count as their manifests say. */
async function compareTenants(
  connection: DuckDBConnection,
  source: IndexedLake,
  log: readonly LogEntry[],
  readable: readonly string[],
  finished: readonly string[],
): Promise<readonly Check[]> {
  const erased = new ErasedTenants(log);
  const lines = new Map<string, number>();
  const add = (emitter: string, count: number): void => {
    const name = erased.has(emitter) ? RESERVED_TENANTS.erased : emitter;
    lines.set(name, (lines.get(name) ?? 0) + count);
  };
  const inLake = await connection.runAndReadAll(
    `select tenant_id, count(*) from (${await selectRows(connection, { ...source, objects: readable }, [])}) group by 1`,
  );
  for (const [emitter, count] of inLake.getRows()) add(String(emitter), Number(count));
  for (const { entry } of source.index.booked.values()) {
    const { state } = source.index.whereabouts(entry.object);
    if (state === 'expired' || state === 'erased') add(entry.emitter, entry.rows);
  }
  const booked = await connection.runAndReadAll(
    `select emitter, cast(sum(events + duplicates) as bigint)
     from read_parquet([${finished.map((folder) => sqlText(join(folder, 'events.parquet'))).join(', ')}]) group by 1`,
  );
  const counted = new Map(booked.getRows().map(([emitter, count]) => [String(emitter), Number(count)]));
  return [...new Set([...lines.keys(), ...counted.keys()])]
    .sort()
    .map((name) => compare('booked', `tenant ${name}`, lines.get(name) ?? 0, counted.get(name) ?? 0));
}
