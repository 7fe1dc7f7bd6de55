import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { BOOKED_IDS_COLUMNS, type Column, type HiveTable, LAKE } from '../../../model/index.js';
import { createWhereMissing } from '../../engines/createWhereMissing.js';
import type { SqlSession } from '../../engines/SqlSession.js';
import { sqlText } from '../../engines/sqlText.js';
import { lakePath } from '../../engines/trino/lakeTables.js';
import { trinoDdl } from '../../engines/trino/trinoDdl.js';
import { listOrNone } from '../../lake/readJournal.js';
import { BOOKING_FILES, RECENT } from '../bookingFiles.js';
import type { EmbeddedLedger } from './EmbeddedLedger.js';
import { quoted } from './IcebergPlace.js';
import type { TrinoObjects } from './trinoObjectTable.js';

/** The embedded ledger of a local lake, through tables of a Hive catalogue of Trino that are made when they are first read. */
export function trinoEmbeddedLedger(session: SqlSession, { lake, location, catalog }: TrinoObjects): EmbeddedLedger {
  const plain = (name: string, folder: string, columns: readonly Column[]): HiveTable => {
    return { name, columns, partitions: [], location: lakePath(location, folder), format: 'parquet' };
  };
  const ids = plain('ids', LAKE.ids, BOOKED_IDS_COLUMNS);
  const files = [...BOOKING_FILES, RECENT].map(({ name, columns }) =>
    plain(name.replace('.parquet', ''), LAKE.bookings, columns),
  );
  // The schema is named by all that makes the tables, so that `if not exists` never means another lake or version.
  const digest = createHash('sha256')
    .update(JSON.stringify([ids, files]))
    .digest('hex')
    .slice(0, 12);
  const schema = `${quoted(catalog)}.${quoted(`tenantscope_embedded_${digest}`)}`;
  const made = new Map<string, Promise<void>>();
  const make = async (name: string, table: HiveTable): Promise<void> => {
    await createWhereMissing(session, `create schema if not exists ${schema}`);
    await createWhereMissing(session, trinoDdl(name, table));
  };
  const read = async (table: HiveTable, paths: readonly string[]): Promise<string> => {
    const name = `${schema}.${quoted(table.name)}`;
    const making = made.get(name) ?? make(name, table);
    made.set(name, making);
    await making;
    const columns = table.columns.map((column) => quoted(column.name)).join(', ');
    const list = paths.map((path) => sqlText(lakePath(location, path))).join(', ');
    return `(select ${columns} from ${name} where "$path" in (${list}))`;
  };
  return {
    folders: async () => new Set(await listOrNone(join(lake, LAKE.bookings))),
    rows: async (folder, { name }) => {
      const table = files.find((file) => `${file.name}.parquet` === name);
      const there = await listOrNone(join(lake, LAKE.bookings, folder));
      if (table === undefined || !there.includes(name)) return undefined;
      return read(table, [`${LAKE.bookings}/${folder}/${name}`]);
    },
    ids: (paths) => read(ids, paths),
  };
}
