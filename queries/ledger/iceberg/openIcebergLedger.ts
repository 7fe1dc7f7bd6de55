import { AppError, BOOKINGS_TABLE, type Column, LEDGER_TABLES, type LogEntry } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { manifestsOf } from '../ledgerLog.js';
import { recentSpan } from '../recentUsage.js';
import { ledgerId } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted, tableIn } from './IcebergPlace.js';
import { icebergType } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { readStanding, stands } from './standing.js';
import { visibleAttempts } from './visibleAttempts.js';

/** A ledger in Iceberg as it stood when it was opened. */
export interface OpenedLedger {
  /** A SELECT for each table, by its name: the rows that count, without what only tells attempts apart. */
  readonly tables: ReadonlyMap<string, string>;
  /** What of the log the ledger does not have, in words. */
  readonly gaps: readonly string[];
  /** The manifests whose bookings stand. */
  readonly manifests: readonly number[];
}

/**
 * Opens a ledger for reading, as of now: every statement sees the same snapshots of the tables, so that figures of several
 * statements go together, and a merge that comes between changes nothing. The snapshot of `bookings` is the oldest of
 * them; so whatever it names is in the others. Throws LAKE_EMPTY when there is no ledger, LAKE_DAMAGED when it is not the
 * log's, USAGE when it is another lake's.
 */
export async function openIcebergLedger(ledger: IcebergLedger, log: readonly LogEntry[]): Promise<OpenedLedger> {
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
  const manifests = manifestsOf(log).map(({ manifest }) => manifest);
  const gaps = manifests
    .filter((manifest) => !stands(standing, manifest))
    .map(({ number, objects }) => `booking ${number} of ${objects.length} objects is not finished`);
  for (const { kind, number } of log)
    if (kind === 'erasure' && !standing.erasures.has(number))
      gaps.push(`erasure ${number} of the log is not carried out in this ledger`);
  for (const { manifest: number, rows, attempt } of standing.bookings.values()) {
    const booked = manifests.find((manifest) => manifest.number === number);
    const expected = booked?.objects.reduce((sum, object) => sum + object.rows, 0);
    if (expected === rows) continue;
    throw new AppError('LAKE_DAMAGED', 'the ledger is not the one of this log', {
      where: `booking ${number}, attempt ${attempt}`,
      expected: expected === undefined ? 'no such booking' : `${expected} lines`,
      got: `${rows} lines`,
      hint: 'check --lake and --ledger-catalog: they belong to different lakes, or the log was restored from a backup',
    });
  }
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
    manifests: manifests.filter((manifest) => stands(standing, manifest)).map(({ number }) => number),
  };
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
