import { AppError, LAKE, type LogEntry, logEntrySchema, manifestName, messageOf } from '../../../model/index.js';
import { s3Store } from '../../store/s3Store.js';
import type { QueryResult } from '../QueryResult.js';
import type { AthenaSession } from './AthenaSession.js';
import { type AthenaTables, tableName } from './athenaTables.js';
import { lakeRoot } from './lakeRoot.js';
import { patientS3 } from './patientS3.js';

/** Entries of the log that are looked at one by one; beyond, they are only counted. */
const MOST_ENTRIES = 100;

/**
 * Bookings of the log that the ledger does not have yet, in words. Bookings are finished in their order, so only the log
 * behind the last one is read. Never throws: what could not be looked at is said, too.
 */
export async function unfinishedBookings(
  session: AthenaSession,
  tables: AthenaTables,
  query: (sql: string) => Promise<QueryResult>,
): Promise<readonly string[]> {
  const incomplete = (what: string): string => `${what}: these figures are not complete; run: tenantscope ledger build`;
  try {
    const { rows } = await query(
      `select max(manifest) from ${tableName(tables, tables.bookings)} where kind in ('booking', 'sealed')`,
    );
    const last = Number(rows[0]?.[0] ?? 0);
    const { bucket, prefix } = await lakeRoot(session, tables);
    const store = s3Store({ client: patientS3(session), bucket, prefix });
    const names = await store.list(LAKE.manifests, last === 0 ? undefined : manifestName(last));
    const behind = names.filter((name) => /^\d{10}\.json$/.test(name));
    if (behind.length > MOST_ENTRIES) return [incomplete(`${behind.length} entries of the log are not booked`)];
    const entries = await Promise.all(
      behind.map(async (name) => parseEntry(name, await store.read(`${LAKE.manifests}/${name}`))),
    );
    return entries.flatMap((entry) =>
      entry.kind === 'booking'
        ? [incomplete(`booking ${entry.number} of ${entry.objects.length} objects is not finished`)]
        : [],
    );
  } catch (error) {
    return [`whether every booking is finished could not be looked up: ${messageOf(error)}`];
  }
}

function parseEntry(name: string, text: string | undefined): LogEntry {
  try {
    return logEntrySchema.parse(JSON.parse(text ?? ''));
  } catch (cause) {
    throw new AppError('LAKE_DAMAGED', `entry ${name} of the log cannot be read`, { cause });
  }
}
