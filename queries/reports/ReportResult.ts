import type { Rows } from '../engines/QueryResult.js';
import type { ParameterValues } from './parameters.js';
import type { ReportColumn } from './reportColumns.js';

/** What the answer to a report cost and how far it can be trusted. */
export interface ReportStats {
  /** The engine's id of the statement, or ids with commas between; null when it gives none. */
  readonly query_id: string | null;
  /** Bytes read by all statements of the answer; null when the engine does not count them. */
  readonly bytes_scanned: bigint | null;
  /** Exact dollars at list price of all statements; null when the engine does not charge by what it reads. */
  readonly cost_usd: string | null;
  readonly duration_ms: number;
  /** All of the report was answered from earlier results. */
  readonly reused: boolean;
  /** ISO instant; null when nothing is booked. */
  readonly data_through: string | null;
  readonly completeness: string;
  readonly generated_at: string;
}

/** All of an answer but its rows: with what is needed to judge it. */
export interface ReportFrame {
  readonly report: string;
  readonly title: string;
  readonly params: ParameterValues;
  readonly columns: readonly ReportColumn[];
  readonly stats: ReportStats;
  readonly warnings: readonly string[];
}

/** The answer to a saved report. */
export interface ReportResult extends ReportFrame {
  readonly rows: Rows;
}
