import { mkdir, open } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { DuckDBConnection } from '@duckdb/node-api';
import { BOOKED_IDS_COLUMNS, EVENT_COLUMNS, type Retention } from '../../../model/index.js';
import { sqlText } from '../../engines/sqlText.js';
import { hashFile } from '../../lake/hashFile.js';
import type { BookedObject, IndexedLake } from '../../lake/ObjectIndex.js';
import { selectRows } from '../../lake/selectRows.js';

const IDS = EVENT_COLUMNS.filter(({ name }) => ['id_hour', 'event_id'].includes(name));

/**
 * Writes the identities of the lines of objects, for the ledger, each once, with the manifest that booked it first: ordered
 * by emitter and hour, so that a booking that looks for duplicates reads its own hours only.
 *
 * @param staged path of the file, on this machine
 */
export async function writeIds(
  connection: DuckDBConnection,
  source: IndexedLake,
  objects: readonly BookedObject[],
  staged: string,
): Promise<Pick<NonNullable<Retention['ids']>, 'rows' | 'sha256'>> {
  await mkdir(dirname(staged), { recursive: true });
  await connection.run('create or replace temp table taken (object varchar, manifest bigint)');
  const values = objects.map(({ entry, manifest }) => `(${sqlText(entry.object)}, ${manifest})`);
  await connection.run(`insert into taken values ${values.join(', ')}`);
  const rows = await selectRows(connection, { ...source, objects: objects.map(({ entry }) => entry.object) }, IDS);
  const columns = BOOKED_IDS_COLUMNS.map(({ name }) => name).join(', ');
  const copied = await connection.run(`copy (
    select ${columns} from (
      select tenant_id as emitter, id_hour, event_id, min(manifest) as manifest
      from (${rows}) r join taken t on t.object = r.origin_object group by all
    ) order by all
  ) to ${sqlText(staged)} (format parquet, compression zstd)`);
  const file = await open(staged, 'r+');
  await file.sync().finally(() => file.close());
  const { sha256 } = await hashFile(staged);
  return { rows: copied.rowsChanged, sha256 };
}
