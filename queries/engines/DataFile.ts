/** What a statement reads of one view. */
export interface ViewRead {
  /** `ledger`, `booked_events`, `heartbeats`, `events`, `event_usage`, `quarantine`, `list_prices` or `tenants`. */
  readonly view: string;
  /** The columns it names. An engine may need others besides, so that their bytes are a lower bound. */
  readonly columns: readonly string[];
  /** The emitting tenants it names, where it names them by partition; absent: all. */
  readonly tenants?: readonly string[];
  /** The first and last arrival dates (UTC days) it names; absent: all. */
  readonly dates?: { readonly first: string; readonly last: string };
  /** The times it asks for, epoch milliseconds, half-open; row groups outside need not be read. Absent: all. */
  readonly window?: { readonly start: number; readonly end: number };
}

/** A file a statement can read. */
export interface DataFile {
  /** As its users know it: relative to the lake, or `s3://bucket/key`. */
  readonly path: string;
  readonly bytes: number;
  /** Bytes of what has to be read of it at least, by its footer; absent when that was not looked at, and 0 counts. */
  readonly leastBytes?: number;
}
