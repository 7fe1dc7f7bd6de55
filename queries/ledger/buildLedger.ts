import { randomUUID } from 'node:crypto';
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { LAKE, type Manifest, partitionOf, type UtcDay } from '../../model/index.js';
import { checkLake } from '../engines/checkLake.js';
import { openScratch } from '../engines/openScratch.js';
import { sqlText } from '../engines/sqlText.js';
import { readJournal } from '../lake/readJournal.js';
import { type Booked, bookManifest } from './bookManifest.js';
import { damagedObject, rowsOf } from './damaged.js';
import { claimEntry, manifestsOf, openDate, readLog } from './ledgerLog.js';

/** What a build needs. */
export interface LedgerBuildOptions {
  readonly lake: string;
  /** Now, epoch milliseconds: the UTC date of new bookings. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  readonly onProgress?: (text: string) => void;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'claimed' | 'booked') => void;
}

/** What a build did. */
export interface LedgerBuildSummary {
  /** Bookings finished by this run, its own and those an earlier run left. */
  readonly bookings: number;
  readonly objects: number;
  readonly rows: number;
  readonly events: number;
  readonly duplicates: number;
}

/**
 * Books what the lake has and the ledger has not (design decision 10): first the bookings that manifests promise and no
 * run finished, then a new manifest for the objects no manifest has taken. Safe to repeat, to interrupt at any point, and
 * to run twice at once. Throws LAKE_NOT_FOUND and LAKE_DAMAGED.
 */
export async function buildLedger(options: LedgerBuildOptions): Promise<LedgerBuildSummary> {
  const { lake } = options;
  await checkLake(lake);
  const writer = randomUUID();
  const { connection, close } = await openScratch({ lake, memoryMb: options.memoryMb, threads: options.threads });
  const total = { bookings: 0, objects: 0, rows: 0, events: 0, duplicates: 0 };
  const add = (booked: Booked, objects: number): void => {
    total.bookings += 1;
    total.objects += objects;
    total.rows += booked.rows;
    total.events += booked.events;
    total.duplicates += booked.duplicates;
  };
  try {
    for (;;) {
      const log = await readLog(lake);
      const stored = manifestsOf(log);
      const all = stored.map(({ manifest }) => manifest);
      for (const [index, { manifest, folder }] of stored.entries()) {
        if (await exists(join(lake, LAKE.bookings, folder))) continue;
        options.onProgress?.(`booking ${manifest.objects.length} objects`);
        add(
          await bookManifest(connection, lake, manifest, all.slice(0, index), folder, writer),
          manifest.objects.length,
        );
        options.fault?.('booked');
      }
      const taken = new Set(all.flatMap((manifest) => manifest.objects.map(({ object }) => object)));
      const fresh = (await listObjects(lake)).filter(({ path }) => !taken.has(path));
      if (fresh.length === 0) return total;
      options.onProgress?.(`reading ${fresh.length} new objects`);
      const manifest = await describeObjects(connection, lake, fresh, log.length + 1, openDate(log, options.clock()));
      if (await claimEntry(lake, manifest, writer)) options.fault?.('claimed');
    }
  } finally {
    await close();
  }
}

interface LakeObject {
  readonly path: string;
  readonly rows: number;
  readonly sha256: string;
}

/** The objects of finished imports; one that no import lists is a matter for reconcile, not for money. */
async function listObjects(lake: string): Promise<readonly LakeObject[]> {
  const units = (await readJournal(lake)).filter((unit) => unit.state === 'done');
  return units
    .flatMap((unit) => unit.delivery?.objects ?? [])
    .map(({ path, rows, sha256 }) => ({ path, rows, sha256 }))
    .sort((a, b) => (a.path < b.path ? -1 : 1));
}

async function describeObjects(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly LakeObject[],
  number: number,
  bookedDate: UtcDay,
): Promise<Manifest> {
  for (const { path, rows } of objects) {
    if (!(await exists(join(lake, path)))) throw damagedObject(path, 'an object of the lake is gone');
    const there = await rowsOf(connection, lake, path);
    if (there !== rows) throw damagedObject(path, `an object of the lake has ${there} rows, not the ${rows} delivered`);
  }
  const iso = (expression: string): string => `strftime(${expression}, '%Y-%m-%dT%H:%M:%S.%gZ')`;
  const reader = await connection.runAndReadAll(`
    select filename, ${iso('min(id_hour)')}, ${iso('max(id_hour)')},
      string_agg(distinct ${iso("date_trunc('hour', event_time)")}, ',')
    from read_parquet([${objects.map(({ path }) => sqlText(join(lake, path))).join(', ')}], filename = true)
    group by filename`);
  const facts = new Map(reader.getRows().map((row) => [String(row[0]), row]));
  return {
    version: 1,
    kind: 'booking',
    number,
    booked_date: bookedDate,
    objects: objects.map(({ path, rows, sha256 }) => {
      const row = facts.get(join(lake, path));
      // Without its hours an object's duplicates could not be found later: never book it blind.
      if (row === undefined && rows > 0) throw damagedObject(path, 'an object of the lake cannot be described');
      const partition = partitionOf(path);
      const text = (value: unknown): string | null => (typeof value === 'string' ? value : null);
      return {
        object: path,
        emitter: partition?.tenantId ?? '',
        dt: partition?.dt ?? '',
        rows,
        sha256,
        id_hour_min: text(row?.[1]),
        id_hour_max: text(row?.[2]),
        event_hours: (text(row?.[3]) ?? '')
          .split(',')
          .filter((hour) => hour !== '')
          .sort(),
      };
    }),
  };
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
