import { randomUUID } from 'node:crypto';
import { AppError, BOOKINGS_TABLE } from '../../../model/index.js';
import { createWhereMissing } from '../../engines/createWhereMissing.js';
import { sqlText } from '../../engines/sqlText.js';
import type { IcebergLedger } from './IcebergLedger.js';
import { quoted, tableIn } from './IcebergPlace.js';
import { castTo, createSchema, createTable, createTableAs } from './icebergDdl.js';
import { LEDGER_PARTS } from './ledgerParts.js';

/**
 * Makes the tables of a ledger that are not there yet, and returns the ledger's id. The table of bookings comes last and
 * with the id in it: of several runs that make it at once one succeeds, and a ledger that is dropped and made again is
 * another one. Throws USAGE when the tables are another lake's.
 */
export async function ensureTables(ledger: IcebergLedger): Promise<string> {
  const { session, place } = ledger;
  const there = await tablesOf(ledger);
  if (there.has(BOOKINGS_TABLE.name)) mustBeWhole(ledger, there);
  const missing = LEDGER_PARTS.filter(({ table }) => !there.has(table.name));
  if (there.size === 0) await createWhereMissing(session, createSchema(place));
  for (const { table } of missing) {
    await session.run(createTable(place, table)).catch((error: unknown) => unlessMade(ledger, table.name, error));
  }
  if (!there.has(BOOKINGS_TABLE.name)) {
    const { name, columns, partitionedBy } = BOOKINGS_TABLE;
    const row = `select 'ledger' as kind, '' as booked_date, 0 as manifest, ${sqlText(randomUUID())} as attempt,
      localtimestamp as finished, 0 as "rows", 0 as events, ${sqlText(ledger.objects.location)} as lake`;
    await session
      .run(createTableAs(place, name, castTo(columns, row), partitionedBy))
      .catch((error: unknown) => unlessMade(ledger, name, error));
  }
  const id = await ledgerId(ledger);
  if (id !== undefined) return id;
  throw new AppError('LAKE_DAMAGED', 'the table of bookings does not say which ledger it is of', {
    where: tableIn(place, BOOKINGS_TABLE.name),
    hint: 'drop the tables of this ledger and build it again: it is a function of the lake and its log',
  });
}

/** The id of the ledger in these tables; undefined when they are not there. Throws USAGE when they are another lake's. */
export async function ledgerId(ledger: IcebergLedger): Promise<string | undefined> {
  const { session, place, objects } = ledger;
  const there = await tablesOf(ledger);
  if (!there.has(BOOKINGS_TABLE.name)) return undefined;
  mustBeWhole(ledger, there);
  const { rows } = await session.run(
    `select attempt, lake from ${tableIn(place, BOOKINGS_TABLE.name)} where kind = 'ledger'`,
  );
  const [id, lake] = rows[0] ?? [];
  if (lake !== undefined && lake !== objects.location) {
    throw new AppError('USAGE', 'the ledger in this schema is of another lake', {
      where: `${place.catalog}.${place.schema}`,
      expected: `a ledger of ${objects.location}`,
      got: String(lake),
      hint: 'name a schema of its own for every lake',
    });
  }
  return id === undefined ? undefined : String(id);
}

/** A ledger of fewer tables was made by another version: its bookings have nothing in those it would be given now. Throws USAGE. */
function mustBeWhole({ place }: IcebergLedger, there: ReadonlySet<string>): void {
  const missing = LEDGER_PARTS.flatMap(({ table }) => (there.has(table.name) ? [] : [table.name]));
  if (missing.length === 0) return;
  throw new AppError('USAGE', 'the ledger in this schema is of another version of tenantscope', {
    where: `${place.catalog}.${place.schema}`,
    expected: `a ledger with ${missing.join(', ')}`,
    got: `one without`,
    hint: 'build it into another schema, or drop its tables and build it again: it is a function of the lake and its log',
  });
}

/** Names of the tables in the ledger's schema. */
export async function tablesOf({ session, place }: IcebergLedger): Promise<ReadonlySet<string>> {
  const { rows } = await session.run(
    `select table_name from ${quoted(place.catalog)}.information_schema.tables where table_schema = ${sqlText(place.schema)}`,
  );
  return new Set(rows.map(([name]) => String(name)));
}

/** Somebody else may have made it just before; anything else is a failure. */
async function unlessMade(ledger: IcebergLedger, name: string, error: unknown): Promise<void> {
  if (!(await tablesOf(ledger)).has(name)) throw error;
}
