import { AppError, bookingName, LAKE, type Manifest, recentName, sealedName } from '../../../model/index.js';
import type { ObjectIndex } from '../../lake/ObjectIndex.js';
import { RECENT } from '../bookingFiles.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';

/** What the embedded ledger has of a booking: itself, or the merge of its date, which holds all of that date. */
export interface KeptBooking {
  /** Names of the folder with its rows, and of that with its recent usage. */
  readonly folder: string;
  readonly recent: string;
  readonly merged: boolean;
}

/** Whether lines of a booking are gone by a retention or an erasure, so that nothing can compute it again. */
export function isGone({ objects }: Manifest, index: ObjectIndex): boolean {
  return objects.some(({ object }) => ['expired', 'erased'].includes(index.whereabouts(object).state));
}

/** Where the embedded ledger has a booking whose lines are gone. Throws LAKE_DAMAGED when it does not. */
export async function keptBooking({ embedded }: IcebergLedger, manifest: Manifest): Promise<KeptBooking> {
  const there = (await embedded?.folders()) ?? new Set();
  const [own, merge] = [bookingName(manifest.number), sealedName(manifest.booked_date)];
  if (there.has(merge)) return { folder: merge, recent: recentName(manifest.booked_date), merged: true };
  if (there.has(own)) return { folder: own, recent: own, merged: false };
  throw new AppError(
    'LAKE_DAMAGED',
    'lines of a booking are past their retention or erased, and nothing else has its figures',
    {
      where: `booking ${manifest.number}, booked on ${manifest.booked_date}`,
      expected: `${LAKE.bookings}/${own} or ${LAKE.bookings}/${merge}, from which its figures are taken`,
      hint: 'restore it from a backup of the lake, or the tables of the ledger from one of theirs',
    },
  );
}

/** Writes what the embedded ledger has of a booking under the name of an attempt. Returns the lines that counted. */
export async function adoptBooking(
  ledger: IcebergLedger,
  kept: KeptBooking,
  manifest: Pick<Manifest, 'number' | 'booked_date'>,
  attempt: string,
): Promise<number> {
  const { session, place, embedded } = ledger;
  const stamp = { booked_date: manifest.booked_date, manifest: manifest.number, attempt };
  for (const { table, merging } of LEDGER_PARTS) {
    const rows = await embedded?.rows(merging === RECENT ? kept.recent : kept.folder, merging);
    if (rows !== undefined) await session.run(insertRows(place, table, `select * from ${rows}`, stamp));
  }
  const counted = LEDGER_PARTS.find(({ merging }) => merging.name === 'events.parquet');
  const events = counted === undefined ? undefined : await embedded?.rows(kept.folder, counted.merging);
  const { rows } = await session.run(`select coalesce(sum(events), 0) from ${events ?? '(select 0 as events)'}`);
  return Number(rows[0]?.[0] ?? 0);
}
