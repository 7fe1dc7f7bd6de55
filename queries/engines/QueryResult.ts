/** One value of a result: 64-bit and wider integers as bigint, decimals as exact text, timestamps as ISO text in UTC. */
export type Value = string | number | bigint | boolean | null;

/** Some rows of a result, each with a value a column. */
export type Rows = readonly (readonly Value[])[];

/** What one statement was to the engine, and what it cost: only what the engine says. */
export interface StatementFacts {
  readonly queryId: string;
  /** Bytes of data read; absent when the engine does not count them. */
  readonly bytesScanned?: bigint;
  /** Exact dollars at list price; absent when the engine does not charge by what it reads. */
  readonly costUsd?: string;
  /** Answered from an earlier result of the same text. */
  readonly reused?: boolean;
}

/** The answer to one statement. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: Rows;
  /** The type of each column, as SQL writes it in lower case: `bigint`, `decimal(38,0)`, `varchar`, `timestamp`. */
  readonly types?: readonly string[];
  readonly facts?: StatementFacts;
}

/** The answer to one statement as it comes, for results that need not be held whole. Read it to its end, or `return` it. */
export interface StreamedResult {
  readonly columns: readonly string[];
  /** As {@link QueryResult.types}. */
  readonly types?: readonly string[];
  readonly batches: AsyncIterable<Rows>;
  /** Known once the batches were read. */
  readonly facts?: () => StatementFacts | undefined;
}
