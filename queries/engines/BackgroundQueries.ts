import type { QueryResult } from './QueryResult.js';

/** The states of a statement that runs by itself; an engine's own words are mapped to them. */
export type BackgroundState = 'queued' | 'running' | 'succeeded' | 'failed' | 'cancelled';

/** What an engine says about a statement it was given earlier. */
export interface BackgroundStatus {
  readonly queryId: string;
  readonly state: BackgroundState;
  /** The statement as it was started, by which a report is found again. */
  readonly sql: string;
  /** Why it failed or was cancelled, in the engine's words. */
  readonly reason?: string;
  readonly bytesScanned?: bigint;
  readonly costUsd?: string;
  readonly reused?: boolean;
  /** When it was started and when it ended, epoch milliseconds. */
  readonly submittedAt?: number;
  readonly completedAt?: number;
}

/** Statements that are started now and read later, by their id, perhaps by another process. */
export interface BackgroundQueries {
  /** Starts one SELECT and answers its id; it runs on when the engine is closed. */
  start(sql: string): Promise<string>;
  /** Throws INPUT_NOT_FOUND when the engine knows no such id. */
  status(queryId: string): Promise<BackgroundStatus>;
  /** The rows of a statement that succeeded. Throws what `query` throws for one that did not. */
  fetch(queryId: string): Promise<QueryResult>;
}
