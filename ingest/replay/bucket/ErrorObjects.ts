/** An error object of Firehose as it lies in a bucket. */
export interface ErrorObject {
  /** Path below the lake's root: `errors/TYPE/yyyy/MM/dd/HH/NAME`. */
  readonly path: string;
  /** What failed, as Firehose says it in the path: `processing-failed`, `format-conversion-failed`, `activePartitionExceeded`. */
  readonly type: string;
  /** Delivery stream that wrote it. */
  readonly delivery: string;
  /** Tells this content from any other under the same path. */
  readonly etag: string;
}

/** Where error objects are read from. Both throw READ_FAILED, PERMISSION_DENIED, INPUT_NOT_FOUND, with the place. */
export interface ErrorObjects {
  /** Where that is, for messages. */
  readonly name: string;
  /** In the order of their paths; without those written before `since`, epoch milliseconds, whose records arrived earlier still. */
  list(since: number): AsyncIterable<ErrorObject>;
  /** The lines of one, in order. */
  lines(object: ErrorObject): AsyncIterable<string>;
}
