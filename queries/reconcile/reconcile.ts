import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { access, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { createInterface } from 'node:readline';
import { type ImportUnit, LAKE, messageOf, partitionOf } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { readJournal } from '../lake/readJournal.js';
import { rowsOf } from '../ledger/damaged.js';
import { type Check, compare } from './Check.js';
import { compareLedger } from './compareLedger.js';

/** Every comparison, and whether all agree. */
export interface ReconcileResult {
  readonly ok: boolean;
  readonly checks: readonly Check[];
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
  for (const unit of units) checks.push(checkRecords(unit), ...(await checkErrors(lake, unit)));
  const { connection, close } = await openScratch(options);
  try {
    const found = await listEvents(lake);
    const rows = new Map<string, number>();
    for (const path of found) {
      const counted = await rowsOf(connection, lake, path).catch((error: unknown) => {
        checks.push(compare('objects', path, 'a readable object', messageOf(error)));
        return undefined;
      });
      if (counted !== undefined) rows.set(path, counted);
    }
    checks.push(...(await checkObjects(lake, units, rows)), ...checkLines(units, rows));
    checks.push(...(await compareLedger(connection, lake, [...rows.keys()])));
  } finally {
    await close();
  }
  return { ok: checks.every((check) => check.ok), checks };
}

function checkRecords(unit: ImportUnit): Check {
  const d = unit.delivery;
  const quarantined = Object.values(d?.quarantined ?? {}).reduce((sum, count) => sum + count, 0);
  const given = (d?.records ?? 0) + (d?.reput_in ?? 0);
  const ended = (d?.accepted ?? 0) + quarantined + (d?.reput ?? 0) + (d?.control ?? 0);
  return compare('records', `unit ${unit.unit}`, given, ended);
}

async function checkErrors(lake: string, unit: ImportUnit): Promise<readonly Check[]> {
  const d = unit.delivery;
  const quarantined = Object.values(d?.quarantined ?? {}).reduce((sum, count) => sum + count, 0);
  let there = 0;
  const checks: Check[] = [];
  for (const object of d?.error_objects ?? []) {
    const records = await countLines(join(lake, object.path));
    if (records !== object.records) checks.push(compare('errors', object.path, object.records, records));
    there += records;
  }
  return [...checks, compare('errors', `unit ${unit.unit}`, quarantined, there)];
}

async function countLines(path: string): Promise<number> {
  if (!(await exists(path))) return 0;
  let lines = 0;
  for await (const _ of createInterface({ input: createReadStream(path) })) lines += 1;
  return lines;
}

async function checkObjects(
  lake: string,
  units: readonly ImportUnit[],
  rows: ReadonlyMap<string, number>,
): Promise<readonly Check[]> {
  const checks: Check[] = [];
  const known = new Set<string>();
  for (const object of units.flatMap((unit) => unit.delivery?.objects ?? [])) {
    known.add(object.path);
    const there = rows.get(object.path);
    const actual =
      there === undefined
        ? 'missing or unreadable'
        : `${there} rows, sha256 ${await sha256Of(join(lake, object.path))}`;
    checks.push(compare('objects', object.path, `${object.rows} rows, sha256 ${object.sha256}`, actual));
  }
  for (const path of rows.keys()) {
    if (!known.has(path))
      checks.push(compare('objects', path, 'no object: the journal does not list it', `${rows.get(path)} rows`));
  }
  return checks;
}

function checkLines(units: readonly ImportUnit[], rows: ReadonlyMap<string, number>): readonly Check[] {
  const expected = new Map<string, number>();
  for (const unit of units) {
    for (const [partition, lines] of Object.entries(unit.delivery?.lines ?? {})) {
      expected.set(partition, (expected.get(partition) ?? 0) + lines);
    }
  }
  const actual = new Map<string, number>();
  for (const [path, count] of rows) {
    const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
    const partition = `tenant_id=${tenantId}/dt=${dt}`;
    actual.set(partition, (actual.get(partition) ?? 0) + count);
  }
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .sort()
    .map((partition) => compare('lines', partition, expected.get(partition) ?? 0, actual.get(partition) ?? 0));
}

async function listEvents(lake: string): Promise<readonly string[]> {
  const folder = join(lake, LAKE.events);
  if (!(await exists(folder))) return [];
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => relative(lake, join(entry.parentPath, entry.name)))
    .sort();
}

async function sha256Of(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
