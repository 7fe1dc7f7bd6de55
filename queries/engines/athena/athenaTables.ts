import { AppError } from '../../../model/index.js';

/** The tables of a lake's database in Glue that views are made of, by name. */
export interface AthenaTables {
  /** The data catalogue the database is in; left out, the account's own. */
  readonly catalog?: string;
  readonly database: string;
  /** Single lines, with projected partitions. */
  readonly events: string;
  /** Lines of objects that a compaction wrote; asked for only once there are some. */
  readonly eventsCompacted: string;
  /** The quarantine's objects. */
  readonly errors: string;
  /** The usage ledger, and what it was made of: Iceberg tables, one commit a booking. */
  readonly usage: string;
  readonly bookedEvents: string;
}

/** The tables as the project's own stacks name them. Throws USAGE for what is no name of a database in Glue. */
export function athenaTables(database: string): AthenaTables {
  if (!/^[a-z0-9_]{1,255}$/.test(database)) {
    throw new AppError('USAGE', '--athena-database is not usable', {
      expected: 'lower case letters, digits and _',
      got: JSON.stringify(database.slice(0, 80)),
    });
  }
  return {
    database,
    events: 'events',
    eventsCompacted: 'events_compacted',
    errors: 'errors',
    usage: 'usage',
    bookedEvents: 'booked_events',
  };
}

/** A table's name in a statement. */
export function tableName({ catalog, database }: AthenaTables, table: string): string {
  return [catalog, database, table]
    .filter((part) => part !== undefined)
    .map((part) => `"${part}"`)
    .join('.');
}

/** Which table a view of this name is over; undefined for one that holds its rows itself. */
export function tableOfView(tables: AthenaTables, view: string): string | undefined {
  const over: Readonly<Record<string, string>> = {
    ledger: tables.usage,
    booked_events: tables.bookedEvents,
    events: tables.events,
    event_usage: tables.events,
    quarantine: tables.errors,
  };
  return over[view];
}
