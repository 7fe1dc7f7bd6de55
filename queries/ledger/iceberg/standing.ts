import { BOOKINGS_TABLE } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import type { WhatStands } from '../checkpoint/knownParts.js';
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
  /** Numbers of the log's erasures that are carried out. */
  readonly erasures: ReadonlySet<number>;
}

/** Which bookings of a log count. */
export function whatStands({ bookings, sealed }: Standing): WhatStands {
  return { booked: (number) => bookings.has(number), merged: (date) => sealed.has(date) };
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
    from ${table} where kind in ('booking', 'sealed', 'erasure')`);
  const bookings = new Map<number, Announced>();
  const sealed = new Map<string, Announced & { readonly since: number }>();
  const erasures = new Set<number>();
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
    if (kind === 'erasure') erasures.add(row.manifest);
  }
  return { bookings, sealed, erasures };
}

/**
 * Makes the rows of an attempt count: one commit. Doing so again changes nothing. Whoever slept while the ledger was dropped
 * and made again announces nothing: its rows went with the old one.
 *
 * @param id the ledger's
 */
export async function announce(ledger: IcebergLedger, id: string, booking: Announced, now: number): Promise<void> {
  await note(ledger, id, booking, now);
}

/** Notes that an erasure of the log is carried out: one commit. */
export async function noteErasure(ledger: IcebergLedger, id: string, number: number, now: number): Promise<void> {
  const nothing = { booked_date: '', attempt: '', rows: 0, events: 0 };
  await note(ledger, id, { kind: 'erasure', manifest: number, ...nothing }, now);
}

async function note(
  { session, place }: IcebergLedger,
  id: string,
  row: Omit<Announced, 'kind'> & { readonly kind: Announced['kind'] | 'erasure' },
  now: number,
): Promise<void> {
  const time = new Date(now).toISOString().slice(0, 23).replace('T', ' ');
  const same = `select 1 from ${tableIn(place, BOOKINGS_TABLE.name)} where kind = 'ledger' and attempt = ${sqlText(id)}`;
  const rest = `select timestamp '${time}' as finished, '' as lake where exists (${same})`;
  await session.run(insertRows(place, BOOKINGS_TABLE, rest, { ...row }));
}
