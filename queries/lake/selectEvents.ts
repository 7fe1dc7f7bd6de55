import type { DuckDBConnection } from '@duckdb/node-api';
import { EVENT_COLUMNS } from '../../model/index.js';
import { readLog } from '../ledger/ledgerLog.js';
import { readObjectIndex } from './readObjectIndex.js';
import { selectRows } from './selectRows.js';

/**
 * The SELECT that reads the events of objects, booked or not, wherever their rows are now; every column of the event table.
 * Objects that are gone by retention or erasure give no rows. Throws LAKE_DAMAGED.
 */
export async function selectEvents(
  connection: DuckDBConnection,
  lake: string,
  objects: readonly string[],
): Promise<string> {
  const index = await readObjectIndex(lake, await readLog(lake));
  return selectRows(connection, { lake, index, objects }, EVENT_COLUMNS);
}
