import { link, mkdir, open, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AppError,
  addDays,
  bookingName,
  LAKE,
  type LogEntry,
  logEntrySchema,
  type Manifest,
  manifestName,
  sealedName,
  systemCode,
  type UtcDay,
  utcDayOf,
} from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';

/** A manifest, and the folder names of its booking and of the merge its booking ends in. */
export interface StoredManifest {
  readonly manifest: Manifest;
  readonly folder: string;
  readonly merge: string;
}

/** The log, in order. Throws LAKE_DAMAGED for an entry that cannot be read or a gap in the numbers. */
export async function readLog(lake: string): Promise<readonly LogEntry[]> {
  const folder = join(lake, LAKE.manifests);
  const names = (await listOrNone(folder)).filter((name) => /^\d{10}\.json$/.test(name)).sort();
  const entries: LogEntry[] = [];
  for (const [index, name] of names.entries()) {
    const path = join(folder, name);
    const damaged = (cause: unknown): AppError =>
      new AppError('LAKE_DAMAGED', 'the ledger’s log is damaged', {
        where: path,
        expected: `entry ${index + 1}`,
        hint: 'restore ledger/manifests from a backup of the lake',
        cause,
      });
    let entry: LogEntry;
    try {
      entry = logEntrySchema.parse(JSON.parse(await readFile(path, 'utf8')));
    } catch (error) {
      throw damaged(error);
    }
    if (entry.number !== index + 1) throw damaged(undefined);
    entries.push(entry);
  }
  return entries;
}

/** The bookings of a log, in order. */
export function manifestsOf(log: readonly LogEntry[]): readonly StoredManifest[] {
  return log.flatMap((entry) =>
    entry.kind === 'booking'
      ? [{ manifest: entry, folder: bookingName(entry.number), merge: sealedName(entry.booked_date) }]
      : [],
  );
}

/** The log's bookings, in order. Throws as {@link readLog}. */
export async function readManifests(lake: string): Promise<readonly StoredManifest[]> {
  return manifestsOf(await readLog(lake));
}

/** The dates that are sealed, ascending. */
export function sealedDates(log: readonly LogEntry[]): readonly UtcDay[] {
  return log.flatMap((entry) => (entry.kind === 'seal' ? [entry.booked_date] : []));
}

/**
 * The date a booking claimed now is booked on: today, unless a clock that runs behind says a date which the log has
 * passed. A sealed date is over, whatever a clock says.
 */
export function openDate(log: readonly LogEntry[], now: number): UtcDay {
  const least = log.flatMap((entry) => {
    if (entry.kind === 'booking') return [entry.booked_date];
    return entry.kind === 'seal' ? [addDays(entry.booked_date, 1)] : [];
  });
  return [...least, utcDayOf(now)].sort().at(-1) ?? utcDayOf(now);
}

/**
 * Claims a number in the log: one conditional creation (a hard link fails when the name exists), so each number has one
 * winner. Returns false when someone else won it.
 */
export async function claimEntry(lake: string, entry: LogEntry, writer: string): Promise<boolean> {
  const folder = join(lake, LAKE.manifests);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${manifestName(entry.number)}.${writer}`);
  const file = await open(temporary, 'w');
  try {
    await file.writeFile(`${JSON.stringify(entry)}\n`);
    await file.sync();
  } finally {
    await file.close();
  }
  try {
    await link(temporary, join(folder, manifestName(entry.number)));
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(temporary, { force: true });
  }
}
