import { createReadStream } from 'node:fs';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { ImportUnit, UtcDay } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { errorsKeptSince, goneErrors, isExpiredError } from '../lake/errorObjects.js';
import { readJournal } from '../lake/readJournal.js';
import { readObjectIndex } from '../lake/readObjectIndex.js';
import { readLog } from '../ledger/ledgerLog.js';
import { type Check, compare } from './Check.js';
import { compareLedger } from './compareLedger.js';
import { compareLines, compareObjects } from './compareObjects.js';
import { readLakeRows } from './LakeRows.js';

/** Every comparison, and whether all agree. */
export interface ReconcileResult {
  readonly ok: boolean;
  readonly checks: readonly Check[];
  /** What could not be compared, since it is kept no longer, in words. */
  readonly notes: readonly string[];
}

/**
 * Proves that nothing was lost, mixed or counted twice: the journal's counts against the Parquet and error files, the
 * lake against the bookings, and the ledger against sums computed from the lake again. Throws LAKE_NOT_FOUND.
 */
export async function reconcile(options: {
  readonly lake: string;
  readonly memoryMb: number;
  readonly threads: number;
}): Promise<ReconcileResult> {
  const { lake } = options;
  await checkLake(lake);
  const units = (await readJournal(lake)).filter((unit) => unit.state !== 'started');
  const checks: Check[] = [];
  const log = await readLog(lake);
  const since = errorsKeptSince(log);
  for (const unit of units) checks.push(checkRecords(unit), ...(await checkErrors(lake, unit, since)));
  const { connection, close } = await openScratch(options);
  try {
    const index = await readObjectIndex(lake, log);
    const rows = await readLakeRows(connection, { lake, index });
    checks.push(...rows.checks, ...(await compareObjects({ lake, index }, log, units, rows)));
    checks.push(...compareLines({ lake, index }, units, rows));
    const ledger = await compareLedger(connection, { lake, index }, log, rows);
    checks.push(...ledger.checks);
    return { ok: checks.every((check) => check.ok), checks, notes: [...goneErrors(log), ...ledger.notes] };
  } finally {
    await close();
  }
}

function checkRecords(unit: ImportUnit): Check {
  const d = unit.delivery;
  const given = (d?.records ?? 0) + (d?.reput_in ?? 0);
  const ended = (d?.accepted ?? 0) + quarantinedIn(unit) + (d?.reput ?? 0) + (d?.control ?? 0);
  return compare('records', `unit ${unit.unit}`, given, ended);
}

function quarantinedIn({ delivery }: ImportUnit): number {
  return Object.values(delivery?.quarantined ?? {}).reduce((sum, count) => sum + count, 0);
}

async function checkErrors(lake: string, unit: ImportUnit, since: UtcDay | null): Promise<readonly Check[]> {
  let there = 0;
  const checks: Check[] = [];
  for (const object of unit.delivery?.error_objects ?? []) {
    if (isExpiredError(object.path, since)) {
      there += object.records;
      continue;
    }
    const records = await countLines(join(lake, object.path));
    if (records !== object.records) checks.push(compare('errors', object.path, object.records, records));
    there += records;
  }
  const erased = unit.delivery?.erased?.quarantined ?? 0;
  return [...checks, compare('errors', `unit ${unit.unit}`, quarantinedIn(unit) - erased, there)];
}

async function countLines(path: string): Promise<number> {
  const missing = await access(path).then(
    () => false,
    () => true,
  );
  if (missing) return 0;
  let lines = 0;
  // An empty line stands where a record was erased.
  for await (const text of createInterface({ input: createReadStream(path) })) if (text !== '') lines += 1;
  return lines;
}
