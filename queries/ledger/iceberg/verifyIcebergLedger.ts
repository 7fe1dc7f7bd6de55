import type { LogEntry } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { manifestsOf } from '../ledgerLog.js';
import type { LedgerVerification } from '../verifyLedger.js';
import { bookOnIceberg } from './bookOnIceberg.js';
import { ensureTables, tablesOf } from './ensureTables.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted } from './IcebergPlace.js';
import { dropSchema, dropTable } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';
import { mergedRows } from './mergedRows.js';
import { attemptTime, newAttempt } from './newAttempt.js';
import { openIcebergLedger } from './openIcebergLedger.js';
import { announce } from './standing.js';

/** What verifying needs. */
export interface IcebergVerifyOptions {
  readonly ledger: IcebergLedger;
  readonly log: readonly LogEntry[];
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly onProgress?: (text: string) => void;
}

/** How long a schema of a verification that ended without removing it is kept, in milliseconds. */
const SCHEMA_GRACE_MS = 24 * 3_600_000;

/**
 * Computes every booking again from the log and the lake, into a schema beside the ledger's, compares what each date of
 * booking holds, and removes that schema. Changes nothing of the ledger. A date that was merged equals its bookings. Throws
 * LAKE_EMPTY without a ledger, LAKE_DAMAGED when the lake no longer has what was booked, or the ledger is not the log's.
 */
export async function verifyIcebergLedger(options: IcebergVerifyOptions): Promise<LedgerVerification> {
  const { ledger, log, clock } = options;
  const standing = await openIcebergLedger(ledger, log);
  const prefix = `${ledger.place.schema}_verify_`;
  await removeOld(ledger, prefix, clock());
  const beside = at(ledger, `${prefix}${newAttempt(clock())}`);
  const stored = manifestsOf(log);
  try {
    const id = await ensureTables(beside);
    for (const { manifest } of stored) {
      const { number, booked_date } = manifest;
      options.onProgress?.(`computing booking ${number} of ${stored.length} again`);
      const attempt = newAttempt(clock());
      const { rows, events } = await bookOnIceberg(beside, manifest, log, attempt);
      await announce(beside, id, { kind: 'booking', booked_date, manifest: number, attempt, rows, events }, clock());
    }
    const again = await openIcebergLedger(beside, log);
    const differing = await differences(ledger, standing.tables, again.tables);
    return { ok: differing.length === 0, bookings: stored.length, differing, kept: [] };
  } finally {
    await removeSchema(beside);
  }
}

async function differences(
  { session }: IcebergLedger,
  standing: ReadonlyMap<string, string>,
  again: ReadonlyMap<string, string>,
): Promise<LedgerVerification['differing']> {
  const found = new Map<string, string[]>();
  for (const { table, merging } of LEDGER_PARTS) {
    const rows = (side: ReadonlyMap<string, string>): string =>
      mergedRows(merging, `(${side.get(table.name)})`, ['booked_date']);
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
