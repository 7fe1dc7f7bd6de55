import type { BackgroundQueries } from './BackgroundQueries.js';
import type { DataFile, ViewRead } from './DataFile.js';
import type { QueryResult, StreamedResult } from './QueryResult.js';

export type { QueryResult, Value } from './QueryResult.js';

/** How far the statement that runs is. */
export interface StatementProgress {
  /** The engine's own word: QUEUED, RUNNING. */
  readonly state: string;
  /** 0 to 1, where the engine tells. */
  readonly done?: number;
  readonly bytesScanned?: bigint;
  readonly costUsd?: string;
}

/** An engine that answers saved queries. Every engine reads the same views by the same names. */
export interface Engine {
  /** What of the lake the answers leave out, in words; every output must say so. */
  readonly gaps: readonly string[];
  /** The same for `events` and `event_usage` alone, whose objects may be gone while the ledger stays. */
  eventGaps?(): Promise<readonly string[]>;
  /** The same for `quarantine` alone. */
  quarantineGaps?(): Promise<readonly string[]>;
  /** The views it has, by name; all of them when absent. A report on another is refused before anything is asked. */
  readonly views?: readonly string[];
  /** The one tenant whose rows it can show. Absent: everyone's, so that a principal of one tenant is refused on it. */
  readonly tenant?: string;
  /** How far the data goes (epoch ms), for an engine that cannot be asked: one tenant's bookings do not tell. */
  readonly dataThrough?: number | null;
  /** Tenant ids one statement may name; a longer list is read in batches and merged. Absent: any number. */
  readonly longestTenantList?: number;
  /** Dollars it charges for a terabyte (10^12 bytes) read. Absent: it charges nothing for what it reads. */
  readonly usdPerTb?: number;
  /** It may answer from an earlier result no older than this. Absent: it never does. */
  readonly reuseMinutes?: number;
  /** Runs one SELECT. Throws ENGINE_UNAVAILABLE when the engine fails. */
  query(sql: string): Promise<QueryResult>;
  /** The same while other statements run, at no cost but time. Absent: statements are asked one after the other. */
  beside?(sql: string): Promise<QueryResult>;
  /** Runs several SELECTs, a few at once, and answers in their order; when one fails the others are stopped. */
  queryAll?(statements: readonly string[]): Promise<readonly QueryResult[]>;
  /** Runs one SELECT and gives its rows as they come. Without it a result is held whole. */
  stream?(sql: string): Promise<StreamedResult>;
  /** How the engine would run a SELECT, as text; runs nothing. */
  explain?(sql: string): Promise<string>;
  /** The files a statement can read for these views, each once; lists and reads footers, but runs no statement on them. */
  files?(reads: readonly ViewRead[]): Promise<readonly DataFile[]>;
  /** How far the running statement is; undefined when none runs. Asked for several times a second. */
  progress?(): StatementProgress | undefined;
  /** For engines whose statements go on without this process. */
  readonly background?: BackgroundQueries;
  close(): Promise<void>;
}
