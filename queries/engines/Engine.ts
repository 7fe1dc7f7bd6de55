/** One value of a result: 64-bit and wider integers as bigint, decimals as exact text, timestamps as ISO text in UTC. */
export type Value = string | number | bigint | boolean | null;

/** The answer to one statement. */
export interface QueryResult {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Value[])[];
}

/** An engine that answers saved queries. Every engine reads the same views by the same names. */
export interface Engine {
  /** What of the lake the answers leave out, in words; every output must say so. */
  readonly gaps: readonly string[];
  /** The same for `events` and `event_usage` alone, whose objects may be gone while the ledger stays. */
  readonly eventGaps?: readonly string[];
  /** The views it has, by name; all of them when absent. A report on another is refused before anything is asked. */
  readonly views?: readonly string[];
  /** Runs one SELECT. Throws ENGINE_UNAVAILABLE when the engine fails. */
  query(sql: string): Promise<QueryResult>;
  close(): Promise<void>;
}
