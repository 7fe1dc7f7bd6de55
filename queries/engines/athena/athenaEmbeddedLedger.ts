import { athenaDdl, BOOKED_IDS_COLUMNS, type HiveTable, LAKE } from '../../../model/index.js';
import type { EmbeddedLedger } from '../../ledger/iceberg/EmbeddedLedger.js';
import type { SqlSession } from '../SqlSession.js';
import { sqlText } from '../sqlText.js';
import { lakePath } from '../trino/lakeTables.js';
import { type AthenaTables, tableName } from './athenaTables.js';

/** The table that identities of lines past their retention are read through. */
const IDS_TABLE = 'booked_ids';

/**
 * What is kept of lines that are gone in a lake in S3: their identities, through a table that is made when one is first asked
 * for. Bookings are kept in Iceberg only, so nothing else has their figures.
 *
 * @param location of the lake, `s3://bucket/prefix`
 */
export function athenaEmbeddedLedger(session: SqlSession, tables: AthenaTables, location: string): EmbeddedLedger {
  const table: HiveTable = {
    ...{ name: IDS_TABLE, columns: BOOKED_IDS_COLUMNS, partitions: [], format: 'parquet' as const },
    location: lakePath(location, LAKE.ids),
  };
  let made: Promise<unknown> | undefined;
  return {
    folders: async () => new Set(),
    rows: async () => undefined,
    ids: async (files) => {
      made ??= session.run(athenaDdl(tables.database, table));
      await made;
      const columns = BOOKED_IDS_COLUMNS.map(({ name }) => `"${name}"`).join(', ');
      const list = files.map((file) => sqlText(lakePath(location, file))).join(', ');
      return `(select ${columns} from ${tableName(tables, IDS_TABLE)} where "$path" in (${list}))`;
    },
  };
}
