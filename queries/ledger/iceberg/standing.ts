import { BOOKINGS_TABLE, type Manifest } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { tableIn } from './IcebergPlace.js';
import { insertRows } from './insertRows.js';

/** A finished booking, or a merged date, as the table of bookings has it. */
export interface Announced {
  readonly kind: 'booking' | 'sealed';
  readonly booked_date: string;
  readonly manifest: number;
  readonly attempt: string;
  readonly rows: number;
  readonly events: number;
}

/** What of a ledger counts. */
export interface Standing {
  /** By number. */
  readonly bookings: ReadonlyMap<number, Announced>;
  /** By date, with when it was found merged, epoch milliseconds. */
  readonly sealed: ReadonlyMap<string, Announced & { readonly since: number }>;
}

/** True when a booking counts, by itself or in the merge of its date. */
export function stands({ bookings, sealed }: Standing, manifest: Manifest): boolean {
  return bookings.has(manifest.number) || sealed.has(manifest.booked_date);
}

/**
 * Reads what counts.
 *
 * @param table what stands behind `from`; the table of bookings as it is now when it is left out
 */
export async function readStanding(
  { session, place }: IcebergLedger,
  table: string = tableIn(place, BOOKINGS_TABLE.name),
): Promise<Standing> {
  const { rows } = await session.run(`select kind, booked_date, manifest, attempt, finished, "rows", events
    from ${table} where kind in ('booking', 'sealed')`);
  const bookings = new Map<number, Announced>();
  const sealed = new Map<string, Announced & { readonly since: number }>();
  for (const [kind, date, manifest, attempt, finished, lines, events] of rows) {
    const row = {
      booked_date: String(date),
      manifest: Number(manifest),
      attempt: String(attempt),
      rows: Number(lines),
      events: Number(events),
    };
    if (kind === 'booking') bookings.set(row.manifest, { ...row, kind });
    if (kind === 'sealed') sealed.set(row.booked_date, { ...row, kind, since: Date.parse(String(finished)) });
  }
  return { bookings, sealed };
}

/**
 * Makes the rows of an attempt count: one commit. Doing so again changes nothing. Whoever slept while the ledger was dropped
 * and made again announces nothing: its rows went with the old one.
 *
 * @param id the ledger's
 */
export async function announce(
  { session, place }: IcebergLedger,
  id: string,
  booking: Announced,
  now: number,
): Promise<void> {
  const time = new Date(now).toISOString().slice(0, 23).replace('T', ' ');
  const same = `select 1 from ${tableIn(place, BOOKINGS_TABLE.name)} where kind = 'ledger' and attempt = ${sqlText(id)}`;
  const row = `select timestamp '${time}' as finished, '' as lake where exists (${same})`;
  await session.run(insertRows(place, BOOKINGS_TABLE, row, { ...booking }));
}
