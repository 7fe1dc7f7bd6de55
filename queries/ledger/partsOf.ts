import { type LogEntry, type Manifest, sealedName } from '../../model/index.js';
import { listOrNone } from '../lake/readJournal.js';
import { manifestsOf, sealedDates } from './ledgerLog.js';

/** What of the ledger stands by itself in one folder: a finished booking, or all of a sealed date merged. */
export interface LedgerPart {
  /** Name of its folder among the bookings. */
  readonly name: string;
  /** What it books, in order. */
  readonly manifests: readonly Manifest[];
}

/**
 * What of a log stands in a folder of bookings: those that are finished, and of a sealed date whose merge is there that
 * merge instead of them.
 *
 * @param before only bookings claimed before this number, and of its own date never the merge, which holds it too
 */
export async function partsOf(
  log: readonly LogEntry[],
  bookings: string,
  before?: Manifest,
): Promise<readonly LedgerPart[]> {
  return partsAmong(log, new Set(await listOrNone(bookings)), before);
}

/** The same of the names of folders that were there. */
export function partsAmong(
  log: readonly LogEntry[],
  there: ReadonlySet<string>,
  before?: Manifest,
): readonly LedgerPart[] {
  const parts: LedgerPart[] = [];
  const merged = new Map<string, Manifest[]>();
  for (const date of sealedDates(log)) {
    const name = sealedName(date);
    if (!there.has(name) || (before !== undefined && date >= before.booked_date)) continue;
    const manifests: Manifest[] = [];
    merged.set(date, manifests);
    parts.push({ name, manifests });
  }
  for (const { manifest, folder } of manifestsOf(log)) {
    if (before !== undefined && manifest.number >= before.number) break;
    const within = merged.get(manifest.booked_date);
    if (within !== undefined) within.push(manifest);
    else if (there.has(folder)) parts.push({ name: folder, manifests: [manifest] });
  }
  return parts;
}
