import { AppError, BOOKINGS_TABLE, type Column, LEDGER_TABLES } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { unfinishedBookings } from '../checkpoint/knownParts.js';
import type { OpenBooking, SealedDate } from '../checkpoint/LogSummary.js';
import type { ShortLog } from '../checkpoint/ShortLog.js';
import { recentSpan } from '../recentUsage.js';
import { ledgerId } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted, tableIn } from './IcebergPlace.js';
import { icebergType } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { type Announced, readStanding, type Standing, whatStands } from './standing.js';
import { visibleAttempts } from './visibleAttempts.js';

/** A ledger in Iceberg as it stood when it was opened. */
export interface OpenedLedger {
  /** A SELECT for each table, by its name: the rows that count, without what only tells attempts apart. */
  readonly tables: ReadonlyMap<string, string>;
  /** What of the log the ledger does not have, in words. */
  readonly gaps: readonly string[];
  /** The bookings of the log that do not stand. */
  readonly unfinished: readonly OpenBooking[];
}

/**
 * Opens a ledger for reading, as of now: every statement sees the same snapshots of the tables, so that figures of several
 * statements go together, and a merge that comes between changes nothing. The snapshot of `bookings` is the oldest of
 * them; so whatever it names is in the others. Throws LAKE_EMPTY when there is no ledger, LAKE_DAMAGED when it is not the
 * log's, USAGE when it is another lake's.
 */
export async function openIcebergLedger(ledger: IcebergLedger, log: ShortLog): Promise<OpenedLedger> {
  if ((await ledgerId(ledger)) === undefined) {
    throw new AppError('LAKE_EMPTY', 'there is no ledger in this schema', {
      got: `${ledger.place.catalog}.${ledger.place.schema}`,
      hint: 'build it with: tenantscope ledger build --engine trino --ledger-catalog …',
    });
  }
  const [bookings = ''] = await pinned(ledger, [BOOKINGS_TABLE.name]);
  const tables = await pinned(
    ledger,
    LEDGER_PARTS.map(({ table }) => table.name),
  );
  const visible = visibleAttempts(bookings);
  const standing = await readStanding(ledger, bookings);
  // Whoever listed the lake opened the log long ago; what stands by now is in it by now.
  await log.advance();
  const unfinished = await unfinishedBookings(log, whatStands(standing));
  const gaps = unfinished.map(({ number, objects }) => `booking ${number} of ${objects} objects is not finished`);
  for (const { kind, number } of log.summary.others)
    if (kind === 'erasure' && !standing.erasures.has(number))
      gaps.push(`erasure ${number} of the log is not carried out in this ledger`);
  await mustBeOf(log, standing);
  const rows = new Map(
    LEDGER_PARTS.map(({ table }, index) => [
      table.name,
      `select ${table.columns
        .filter(({ name }) => name !== 'attempt')
        .map(({ name }) => quoted(name))
        .join(', ')} from ${tables[index]} where attempt in (${visible})`,
    ]),
  );
  const { recent, bookedEvents } = LEDGER_TABLES;
  const within = await recentRows(ledger, rows.get(bookedEvents.name) ?? '');
  return {
    tables: rows.set(recent.name, `${rows.get(recent.name)} and ${within}`),
    gaps,
    unfinished,
  };
}

/**
 * Makes sure that the bookings of a ledger are those of the log. Of a merged date they are looked at together: none of them is read
 * any more. Throws LAKE_DAMAGED.
 */
async function mustBeOf(log: ShortLog, standing: Standing): Promise<void> {
  const open = new Map(log.summary.bookings.map((booking) => [booking.number, booking.rows]));
  const merged = new Map<SealedDate, number>();
  for (const booking of standing.bookings.values()) {
    const { manifest: number, rows } = booking;
    const date = log.summary.sealedDateOf(number);
    if (date === undefined) mustHave(booking, open.get(number));
    else if (!standing.sealed.has(date.booked_date)) {
      const own = (await log.bookingsOf(date)).find((one) => one.number === number);
      mustHave(booking, own?.rows);
    } else {
      if (booking.booked_date !== date.booked_date) mustHave(booking, undefined);
      merged.set(date, (merged.get(date) ?? 0) + rows);
      if ((merged.get(date) ?? 0) > date.rows) mustHave(booking, date.rows);
    }
  }
}

function mustHave({ manifest: number, rows, attempt }: Announced, expected: number | undefined): void {
  if (expected === rows) return;
  throw new AppError('LAKE_DAMAGED', 'the ledger is not the one of this log', {
    where: `booking ${number}, attempt ${attempt}`,
    expected: expected === undefined ? 'no such booking' : `${expected} lines`,
    got: `${rows} lines`,
    hint: 'check --lake and --ledger-catalog: they belong to different lakes, or the log was restored from a backup',
  });
}

/**
 * The condition on rows of recent usage. By date of booking: so a merge shows what its bookings did, and dates too old to have
 * any are not read.
 */
async function recentRows({ session }: IcebergLedger, bookedEvents: string): Promise<string> {
  const { rows } = await session.run(
    `select booked_date, max(arrival_through) from (${bookedEvents}) group by booked_date`,
  );
  const dates = rows.map(([date, arrival]) => ({ name: String(date), arrivalThrough: Date.parse(String(arrival)) }));
  const { names, where } = recentSpan(dates);
  return names.length === 0 ? 'false' : `booked_date in (${names.map(sqlText).join(', ')}) and ${where}`;
}

/** Tables as they are now, each as what stands behind `from` from here on. */
async function pinned({ session, place }: IcebergLedger, names: readonly string[]): Promise<readonly string[]> {
  const asked = names.map(
    (name) => `select ${sqlText(name)}, snapshot_id from ${tableIn(place, `${name}$refs`)} where name = 'main'`,
  );
  const { rows } = await session.run(asked.join(' union all '));
  const snapshots = new Map(rows.map(([name, snapshot]) => [String(name), String(snapshot)]));
  return names.map((name) => {
    const snapshot = snapshots.get(name);
    // A table nobody has written to yet may have no snapshot.
    if (snapshot === undefined) return `(${nothing(columnsOf(name))})`;
    return `${tableIn(place, name)} for version as of ${snapshot}`;
  });
}

function columnsOf(name: string): readonly Column[] {
  return (
    [BOOKINGS_TABLE, ...LEDGER_PARTS.map(({ table }) => table)].find((table) => table.name === name)?.columns ?? []
  );
}

function nothing(columns: readonly Column[]): string {
  return `select ${columns.map(({ name, type }) => `cast(null as ${icebergType(type)}) as ${quoted(name)}`).join(', ')} where false`;
}
