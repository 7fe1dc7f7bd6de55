import type { SqlSession } from '../../engines/SqlSession.js';
import type { EmbeddedLedger } from './EmbeddedLedger.js';
import type { IcebergPlace } from './IcebergPlace.js';
import type { ObjectTable } from './ObjectTable.js';

/** A ledger in Iceberg, and the lake it books, as one engine sees both. */
export interface IcebergLedger {
  readonly session: SqlSession;
  readonly place: IcebergPlace;
  readonly objects: ObjectTable;
  /** What is kept of lines that are gone; undefined where nothing reads it. */
  readonly embedded?: EmbeddedLedger;
}
