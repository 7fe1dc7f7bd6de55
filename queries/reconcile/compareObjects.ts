import { join } from 'node:path';
import { type ImportUnit, LAKE, type LogEntry, partitionOf } from '../../model/index.js';
import { hashFile } from '../lake/hashFile.js';
import type { IndexedLake } from '../lake/ObjectIndex.js';
import { type Check, compare } from './Check.js';
import { type LakeRows, rowsOfObject } from './LakeRows.js';

/**
 * The objects of the journal against the lake: each is there as it was delivered, or its rows are in the compacted objects
 * of the log, or it is past its retention; and no other object is there.
 */
export async function compareObjects(
  source: IndexedLake,
  log: readonly LogEntry[],
  units: readonly ImportUnit[],
  rows: LakeRows,
): Promise<readonly Check[]> {
  const { lake, index } = source;
  const checks: Check[] = [];
  const known = new Set<string>();
  const check = async (path: string, delivered: { rows: number; sha256: string }): Promise<void> => {
    const there = rows.files.get(path);
    const actual =
      there === undefined
        ? 'missing or unreadable'
        : `${there} rows, sha256 ${(await hashFile(join(lake, path))).sha256}`;
    checks.push(compare('objects', path, `${delivered.rows} rows, sha256 ${delivered.sha256}`, actual));
  };
  for (const object of units.flatMap((unit) => unit.delivery?.objects ?? [])) {
    known.add(object.path);
    const { state } = index.whereabouts(object.path);
    if (state === 'delivered') await check(object.path, object);
    if (state !== 'compacted') continue;
    const moved = `${rowsOfObject(source, rows, object.path)} rows, compacted`;
    checks.push(compare('objects', object.path, `${object.rows} rows, compacted`, moved));
  }
  for (const object of compactedObjects(log)) {
    known.add(object.object);
    const current = index.heldIn(object.object).length > 0 && index.replacedBy(object.object) === undefined;
    if (current && rows.files.has(object.object)) await check(object.object, object);
  }
  for (const path of rows.files.keys()) {
    if (known.has(path)) continue;
    const lists = path.startsWith(`${LAKE.compacted}/`) ? 'no compaction lists it' : 'the journal does not list it';
    checks.push(compare('objects', path, `no object: ${lists}`, `${rows.files.get(path)} rows`));
  }
  return checks;
}

function compactedObjects(log: readonly LogEntry[]) {
  const compactions = log.filter((entry) => entry.kind === 'compaction');
  return compactions.flatMap(({ partitions }) => partitions.flatMap(({ to }) => to));
}

/** Lines of accepted records against rows, per partition; what is past its retention is on neither side. */
export function compareLines(source: IndexedLake, units: readonly ImportUnit[], rows: LakeRows): readonly Check[] {
  const expected = new Map<string, number>();
  const actual = new Map<string, number>();
  const add = (to: Map<string, number>, partition: string, count: number): void => {
    to.set(partition, (to.get(partition) ?? 0) + count);
  };
  const of = (path: string): string => {
    const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
    return `tenant_id=${tenantId}/dt=${dt}`;
  };
  const delivered = new Set<string>();
  for (const { delivery } of units) {
    for (const [partition, lines] of Object.entries(delivery?.lines ?? {})) add(expected, partition, lines);
    for (const object of delivery?.objects ?? []) {
      delivered.add(object.path);
      if (source.index.whereabouts(object.path).state === 'expired') add(expected, of(object.path), -object.rows);
      else add(actual, of(object.path), rowsOfObject(source, rows, object.path) ?? 0);
    }
  }
  for (const [path, count] of rows.files)
    if (path.startsWith(`${LAKE.events}/`) && !delivered.has(path)) add(actual, of(path), count);
  return [...new Set([...expected.keys(), ...actual.keys()])]
    .sort()
    .map((partition) => compare('lines', partition, expected.get(partition) ?? 0, actual.get(partition) ?? 0));
}
