import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, type QueryExecution } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import type { Engine, QueryResult } from '../Engine.js';
import { type AthenaOptions, settingsOf } from './AthenaOptions.js';
import { type AthenaStatistics, bytesScannedBy, sumStatistics } from './AthenaStatistics.js';
import { Guard, type Pacing } from './Guard.js';
import { runStatement } from './runStatement.js';

/** Athena as an engine of saved queries, which also tells what it cost. */
export interface AthenaEngine extends Engine {
  /** Runs several statements, a few at once, and answers in their order. When one fails the others are stopped. */
  queryAll(statements: readonly string[]): Promise<readonly QueryResult[]>;
  /** What all statements so far scanned and cost, failed and stopped ones included. */
  statistics(): AthenaStatistics;
}

/** Clients and pacing, replaced in tests. */
export interface AthenaParts {
  readonly athena: AthenaClient;
  readonly s3: S3Client;
  readonly pacing: Pacing;
}

/**
 * Opens Athena in a database and workgroup; nothing is sent before the first statement. Credentials come from AWS's
 * default chain.
 *
 * @example
 * const engine = openAthena({ database: 'tenantscope', workgroup: 'reports' });
 * const { rows } = await engine.query('select count(*) from ledger');
 * engine.statistics().costUsd; // '0.00005'
 */
export function openAthena(options: AthenaOptions, parts: Partial<AthenaParts> = {}): AthenaEngine {
  const settings = settingsOf(options);
  const { athena, s3, pacing } = { ...defaultParts(options.region, parts), ...parts };
  const executions = new Map<string, QueryExecution>();
  const closing = new AbortController();
  const limit = pLimit(settings.concurrency);
  const seen = (queryId: string, execution: QueryExecution): void => {
    executions.set(queryId, execution);
    const state = execution.Status?.State ?? '';
    settings.onProgress?.({ queryId, state, bytesScanned: bytesScannedBy(execution) });
  };
  const run: Run = (sql, group) =>
    limit(async () => {
      const signals = [closing.signal, settings.signal, group?.signal].filter((signal) => signal !== undefined);
      const guard = new Guard(AbortSignal.any(signals), pacing, settings.deadlineMs);
      try {
        return await runStatement({ athena, s3, settings, guard }, sql, seen);
      } catch (error) {
        // Here, before the place is free: otherwise the next statement in line would still be started.
        group?.abort(error);
        throw error;
      }
    });
  return {
    gaps: [],
    query: (sql) => run(sql),
    queryAll: (statements) => runAll(statements, run),
    statistics: () => sumStatistics(executions, settings.usdPerTb),
    close: async () => {
      closing.abort();
      if (parts.athena === undefined) athena.destroy();
      if (parts.s3 === undefined) s3.destroy();
    },
  };
}

type Run = (sql: string, group?: AbortController) => Promise<QueryResult>;

async function runAll(statements: readonly string[], run: Run): Promise<readonly QueryResult[]> {
  const group = new AbortController();
  // All are awaited before the error is thrown: each of them must have sent its stop by then.
  const ended = await Promise.allSettled(statements.map((sql) => run(sql, group)));
  // The reason is the first failure's error; those of the others only say that they were stopped for it.
  if (group.signal.aborted) throw group.signal.reason;
  return ended.flatMap((end) => (end.status === 'fulfilled' ? [end.value] : []));
}

function defaultParts(region: string | undefined, given: Partial<AthenaParts>): AthenaParts {
  // One try each: the waits between tries are ours, so that Ctrl-C and the deadline end them.
  const config = {
    maxAttempts: 1,
    requestHandler: {
      connectionTimeout: 5_000,
      requestTimeout: 60_000,
      socketTimeout: 60_000,
      throwOnRequestTimeout: true,
    },
    ...(region === undefined ? {} : { region }),
  };
  return {
    athena: given.athena ?? new AthenaClient(config),
    s3: given.s3 ?? new S3Client(config),
    pacing: given.pacing ?? {
      now: Date.now,
      random: Math.random,
      sleep: (ms, signal) => sleep(ms, undefined, { signal }),
    },
  };
}
