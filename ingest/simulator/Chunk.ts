/** The streams a simulation puts to. */
export type StreamName = 'tenantscope-default' | 'tenantscope-platform';

/** What one sidecar sends at once: the bytes of its records, end to end, and the length of each. */
export interface Chunk {
  readonly stream: StreamName;
  /** Epoch milliseconds at which the stream receives it. */
  readonly arrival: number;
  readonly data: Buffer;
  readonly lengths: readonly number[];
  readonly lines: number;
}

/** The largest record Fluent Bit's simple_aggregation makes. */
export const MAX_AGGREGATE_BYTES = 1_048_556;

/** The size at which Fluent Bit closes a chunk. */
export const CHUNK_BYTES = 2_000_000;

/** Joins lines into records of at most {@link MAX_AGGREGATE_BYTES}, in order: the lengths of the records. */
export function aggregateLengths(lineLengths: readonly number[]): number[] {
  const records: number[] = [];
  let open = 0;
  for (const length of lineLengths) {
    if (open > 0 && open + length > MAX_AGGREGATE_BYTES) {
      records.push(open);
      open = 0;
    }
    open += length;
  }
  if (open > 0) records.push(open);
  return records;
}
