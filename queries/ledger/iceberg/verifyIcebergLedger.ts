import {
  AppError,
  bookingName,
  type ImportUnit,
  type LogEntry,
  type Manifest,
  RESERVED_TENANTS,
} from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import { differingCheckpoints } from '../checkpoint/differingCheckpoints.js';
import { shortLogOf } from '../checkpoint/ShortLog.js';
import { expiredDates } from '../expiredDates.js';
import { manifestsOf } from '../ledgerLog.js';
import type { LedgerVerification } from '../verifyLedger.js';
import { adoptBooking, keptBooking } from './adoptBooking.js';
import { bookOnIceberg } from './bookOnIceberg.js';
import { earlierInWhole } from './earlierOnIceberg.js';
import { ensureTables, tablesOf } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted } from './IcebergPlace.js';
import { dropSchema, dropTable } from './icebergDdl.js';
import { insertRows } from './insertRows.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { mergedRows } from './mergedRows.js';
import { attemptTime, newAttempt } from './newAttempt.js';
import { objectIndexOf } from './objectIndexOf.js';
import { openIcebergLedger } from './openIcebergLedger.js';
import { announce } from './standing.js';

/** What verifying needs. */
export interface IcebergVerifyOptions {
  readonly ledger: IcebergLedger;
  readonly log: readonly LogEntry[];
  /** Whose checkpoints are compared with log and journal, too; none when it is left out. */
  readonly store?: ObjectStore;
  /** The lake's import journal; none of a lake that has none. */
  readonly journal?: () => Promise<readonly ImportUnit[]>;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly onProgress?: (text: string) => void;
}

/** How long a schema of a verification that ended without removing it is kept, in milliseconds. */
const SCHEMA_GRACE_MS = 24 * 3_600_000;

/**
 * Computes every booking again from the log and the lake, into a schema beside the ledger's, compares what each date of
 * booking holds, and removes that schema. Changes nothing of the ledger. A date that was merged equals its bookings. One with
 * lines past their retention cannot be computed: it is held against the embedded ledger's, where that has it. The rows of
 * erased tenants are compared with nothing. Throws
 * LAKE_EMPTY without a ledger, LAKE_DAMAGED when the lake no longer has what was booked, or the ledger is not the log's.
 */
export async function verifyIcebergLedger(options: IcebergVerifyOptions): Promise<LedgerVerification> {
  const { ledger, log, clock } = options;
  const standing = await openIcebergLedger(ledger, shortLogOf(log));
  const prefix = `${ledger.place.schema}_verify_`;
  await removeOld(ledger, prefix, clock());
  const beside = at(ledger, `${prefix}${newAttempt(clock())}`);
  const stored = manifestsOf(log);
  const expired = expiredDates(log, await objectIndexOf(ledger.objects, log));
  try {
    const id = await ensureTables(beside);
    for (const [index, { manifest }] of stored.entries()) {
      const { number, booked_date, objects } = manifest;
      options.onProgress?.(`computing booking ${number} of ${stored.length} again`);
      const attempt = newAttempt(clock());
      const lines = objects.reduce((sum, { rows }) => sum + rows, 0);
      if (!expired.has(booked_date)) {
        const earlier = earlierInWhole(log, beside.objects, manifest);
        const { events } = await bookOnIceberg(beside, manifest, earlier, attempt, { withoutErased: true });
        const booked = { kind: 'booking', booked_date, manifest: number, attempt, rows: lines, events } as const;
        await announce(beside, id, booked, clock());
      } else if (stored[index + 1]?.manifest.booked_date !== booked_date) {
        // Later bookings look for neighbours of their samples in it.
        await standIn(beside, standing.tables, manifest, attempt);
        const merged = { kind: 'sealed', booked_date, manifest: number, attempt, rows: 0, events: 0 } as const;
        await announce(beside, id, merged, clock());
      }
    }
    const again = await openIcebergLedger(beside, shortLogOf(log));
    const erased = log.some(({ kind }) => kind === 'erasure');
    const differing = await differences(ledger, standing.tables, again.tables, erased);
    const kept = stored.flatMap(({ manifest: { number, booked_date } }) => {
      const reason = expired.get(booked_date);
      return reason === undefined ? [] : [{ booking: bookingName(number), reason }];
    });
    const { store, journal = async () => [] } = options;
    const checkpoints = store === undefined ? [] : await differingCheckpoints(store, journal);
    const ok = differing.length + checkpoints.length === 0;
    return { ok, bookings: stored.length, differing, kept, ...(checkpoints.length === 0 ? {} : { checkpoints }) };
  } finally {
    await removeSchema(beside);
  }
}

/** Puts all of a date beside the others that cannot be computed again: the embedded ledger's, or else as it stands. */
async function standIn(
  beside: IcebergLedger,
  standing: ReadonlyMap<string, string>,
  last: Manifest,
  attempt: string,
): Promise<void> {
  const kept = await keptBooking(beside, last).catch((error: unknown) => {
    if (error instanceof AppError && error.code === 'LAKE_DAMAGED') return undefined;
    throw error;
  });
  if (kept?.merged === true) {
    await adoptBooking(beside, kept, last, attempt);
    return;
  }
  const stamp = { booked_date: last.booked_date, manifest: last.number, attempt };
  for (const { table } of LEDGER_PARTS) {
    const rows = `select * from (${standing.get(table.name)}) where booked_date = ${sqlText(last.booked_date)}`;
    await beside.session.run(insertRows(beside.place, table, rows, stamp));
  }
}

async function differences(
  { session }: IcebergLedger,
  standing: ReadonlyMap<string, string>,
  again: ReadonlyMap<string, string>,
  butErased: boolean,
): Promise<LedgerVerification['differing']> {
  const found = new Map<string, string[]>();
  for (const { table, merging } of LEDGER_PARTS) {
    const rows = (side: ReadonlyMap<string, string>): string =>
      mergedRows(merging, `(select * from (${side.get(table.name)})${butErased ? notErased(table.columns) : ''})`, [
        'booked_date',
      ]);
    const only = (a: string, b: string, sign: number): string =>
      `select booked_date, ${sign} as side from ((${a}) except (${b}))`;
    const answer =
      await session.run(`select booked_date, count(*) filter (where side = 1), count(*) filter (where side = -1)
      from (${only(rows(standing), rows(again), 1)} union all ${only(rows(again), rows(standing), -1)})
      group by booked_date order by booked_date`);
    for (const [date, extra, missing] of answer.rows) {
      const list = found.get(String(date)) ?? [];
      found.set(String(date), [...list, `${table.name}: ${extra} rows too many, ${missing} missing`]);
    }
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([booking, list]) => ({ booking, differences: list }));
}

/** Nothing can compute the rows of erased tenants again. */
function notErased(columns: readonly { readonly name: string }[]): string {
  const owners = columns.map(({ name }) => name).filter((name) => name === 'tenant_id' || name === 'emitter');
  const erased = sqlText(RESERVED_TENANTS.erased);
  return ` where ${owners.map((name) => `${quoted(name)} is distinct from ${erased}`).join(' and ')}`;
}

const at = (ledger: IcebergLedger, schema: string): IcebergLedger => ({
  ...ledger,
  place: { ...ledger.place, schema },
});

async function removeOld(ledger: IcebergLedger, prefix: string, now: number): Promise<void> {
  const { rows } = await ledger.session.run(
    `select schema_name from ${quoted(ledger.place.catalog)}.information_schema.schemata
     where starts_with(schema_name, ${sqlText(prefix)})`,
  );
  for (const [name] of rows) {
    const began = attemptTime(String(name).slice(prefix.length));
    if (began !== undefined && now - began >= SCHEMA_GRACE_MS) await removeSchema(at(ledger, String(name)));
  }
}

async function removeSchema(ledger: IcebergLedger): Promise<void> {
  for (const name of await tablesOf(ledger)) await ledger.session.run(dropTable(ledger.place, name));
  await ledger.session.run(dropSchema(ledger.place));
}
