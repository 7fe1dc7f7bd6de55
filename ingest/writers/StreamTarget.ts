/** A record on its way to a stream. */
export interface OutgoingRecord {
  readonly data: Uint8Array;
  /** Decides the shard of a Kinesis data stream; Firehose has none. 1 to 256 characters. */
  readonly partitionKey: string;
}

/** A record that could not be delivered, and why: the service's error code, or `too_large`, or `invalid_partition_key`. */
export interface Undelivered {
  readonly record: OutgoingRecord;
  readonly reason: string;
}

/** What came of a write. `written` and `undelivered` together are the records taken from the source. */
export interface WriteReport {
  readonly written: number;
  readonly undelivered: number;
  readonly calls: number;
  /** Entries that were sent again, counted once per try. */
  readonly retriedEntries: number;
}

/** A service that takes records in calls of bounded size and answers for each entry. */
export interface StreamTarget {
  readonly maxRecords: number;
  readonly maxCallBytes: number;
  readonly maxRecordBytes: number;
  /** Bytes of a record as the service counts them against its limits. */
  sizeOf(record: OutgoingRecord): number;
  /**
   * One call. Answers with undefined for each entry that was taken and an error code for each that may be tried again; a
   * call that failed whole but may be tried again answers with a code for every entry. Throws AppError for what no retry
   * can mend.
   */
  put(records: readonly OutgoingRecord[]): Promise<readonly (string | undefined)[]>;
}
