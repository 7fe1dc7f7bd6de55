import type { QueryExecution } from '@aws-sdk/client-athena';
import type { StatementFacts } from '../QueryResult.js';

/** What the statements of one engine cost so far. */
export interface AthenaStatistics {
  readonly queryIds: readonly string[];
  readonly bytesScanned: bigint;
  /** Exact, at the list price the engine was opened with; free tiers, discounts and S3 requests are not in it. */
  readonly costUsd: string;
  readonly queuedMs: number;
  readonly executionMs: number;
  /** Statements answered from an earlier run's result. */
  readonly reused: number;
}

const BYTES_PER_MB = 1_000_000n;
const LEAST_MB = 10n;

/** Bytes of data a query has read so far. */
export function bytesScannedBy(execution: QueryExecution | undefined): bigint {
  return BigInt(execution?.Statistics?.DataScannedInBytes ?? 0);
}

/** Whether a query was answered from an earlier result. */
export function isReused(execution: QueryExecution): boolean {
  return execution.Statistics?.ResultReuseInformation?.ReusedPreviousResult === true;
}

/**
 * Dollars of one query in 10^-12: whole megabytes, ten at least. A result used again and a failed query are free; a
 * cancelled one is billed for what it had read. A terabyte is taken as 10^12 bytes, which is never too little.
 */
export function picodollarsOf(execution: QueryExecution, usdPerTb: number): bigint {
  if (execution.Status?.State === 'FAILED') return 0n;
  if (isReused(execution)) return 0n;
  return picodollarsOfBytes(bytesScannedBy(execution), usdPerTb);
}

/** Dollars in 10^-12 of one query that reads so many bytes. */
export function picodollarsOfBytes(bytes: bigint, usdPerTb: number): bigint {
  const megabytes = (bytes + BYTES_PER_MB - 1n) / BYTES_PER_MB;
  return (megabytes > LEAST_MB ? megabytes : LEAST_MB) * BigInt(Math.round(usdPerTb * 1_000_000));
}

/** What one query was and cost. */
export function factsOf(queryId: string, execution: QueryExecution, usdPerTb: number): StatementFacts {
  return {
    queryId,
    bytesScanned: bytesScannedBy(execution),
    costUsd: usdText(picodollarsOf(execution, usdPerTb)),
    reused: isReused(execution),
  };
}

/** Picodollars as dollars, without zeros at the end. */
export function usdText(picodollars: bigint): string {
  const fraction = (picodollars % 1_000_000_000_000n).toString().padStart(12, '0').replace(/0+$/, '');
  const whole = (picodollars / 1_000_000_000_000n).toString();
  return fraction === '' ? whole : `${whole}.${fraction}`;
}

/** Adds up executions by id: the last seen state of each counts. */
export function sumStatistics(executions: ReadonlyMap<string, QueryExecution>, usdPerTb: number): AthenaStatistics {
  const all = [...executions.values()];
  const sum = (pick: (execution: QueryExecution) => number | undefined) =>
    all.reduce((total, execution) => total + (pick(execution) ?? 0), 0);
  return {
    queryIds: [...executions.keys()],
    bytesScanned: all.reduce((total, execution) => total + bytesScannedBy(execution), 0n),
    costUsd: usdText(all.reduce((total, execution) => total + picodollarsOf(execution, usdPerTb), 0n)),
    queuedMs: sum((execution) => execution.Statistics?.QueryQueueTimeInMillis),
    executionMs: sum((execution) => execution.Statistics?.EngineExecutionTimeInMillis),
    reused: all.filter(isReused).length,
  };
}
