import type { SqlSession } from '../../engines/SqlSession.js';
import type { IcebergPlace } from './IcebergPlace.js';
import type { ObjectTable } from './ObjectTable.js';

/** A ledger in Iceberg, and the lake it books, as one engine sees both. */
export interface IcebergLedger {
  readonly session: SqlSession;
  readonly place: IcebergPlace;
  readonly objects: ObjectTable;
}
