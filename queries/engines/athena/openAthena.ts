import { setTimeout as sleep } from 'node:timers/promises';
import { AthenaClient, type QueryExecution } from '@aws-sdk/client-athena';
import { S3Client } from '@aws-sdk/client-s3';
import pLimit from 'p-limit';
import type { BackgroundQueries } from '../BackgroundQueries.js';
import type { Engine, StatementProgress } from '../Engine.js';
import type { QueryResult, StreamedResult } from '../QueryResult.js';
import type { SqlSession } from '../SqlSession.js';
import { type AthenaOptions, settingsOf } from './AthenaOptions.js';
import type { AthenaSession } from './AthenaSession.js';
import { type AthenaStatistics, bytesScannedBy, factsOf, sumStatistics } from './AthenaStatistics.js';
import { athenaBackground } from './athenaBackground.js';
import { Guard, type Pacing } from './Guard.js';
import { progressOf } from './progressOf.js';
import { readStatement, streamStatement } from './readStatement.js';
import { runStatement, type SeenQuery } from './runStatement.js';

/** Values one list of an injected partition column may hold. Documented nowhere; the number is what users report. */
export const LONGEST_INJECTED_LIST = 1000;

const QUERY = /^(?:\s|\(|--[^\n]*\n|\/\*[\s\S]*?\*\/)*(?:select|with|values|table|explain|show|describe)\b/i;

/** Athena as an engine of saved queries, which also tells what it cost. */
export interface AthenaEngine extends Engine, SqlSession {
  /** Runs several statements, a few at once, and answers in their order. When one fails the others are stopped. */
  queryAll(statements: readonly string[]): Promise<readonly QueryResult[]>;
  stream(sql: string): Promise<StreamedResult>;
  /**
   * Runs one statement of any kind, once: a failed one is never started again, since it may have done its work. What is no
   * query answers without columns.
   */
  run(sql: string): Promise<QueryResult>;
  /** Athena's plan for a SELECT. It reads no data and is free of charge. */
  explain(sql: string): Promise<string>;
  progress(): StatementProgress | undefined;
  readonly background: BackgroundQueries;
  readonly longestTenantList: number;
  readonly usdPerTb: number;
  /** For what looks at the lake itself, with the clients and the patience of the statements; for so long at most. */
  session(deadlineMs?: number): AthenaSession;
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
  const seen = ({ queryId, execution }: SeenQuery): void => {
    executions.set(queryId, execution);
    const state = execution.Status?.State ?? '';
    settings.onProgress?.({ queryId, state, bytesScanned: bytesScannedBy(execution) });
  };
  const session = (deadlineMs: number, group?: AbortController): AthenaSession => {
    const signals = [closing.signal, settings.signal, group?.signal].filter((signal) => signal !== undefined);
    return { athena, s3, settings, guard: new Guard(AbortSignal.any(signals), pacing, deadlineMs) };
  };
  const run: Run = (sql, group) =>
    limit(async () => {
      try {
        const opened = session(settings.deadlineMs, group);
        return await readStatement(opened, await runStatement(opened, sql, seen));
      } catch (error) {
        // Here, before the place is free: otherwise the next statement in line would still be started.
        group?.abort(error);
        throw error;
      }
    });
  return {
    gaps: [],
    longestTenantList: LONGEST_INJECTED_LIST,
    usdPerTb: settings.usdPerTb,
    ...(settings.reuseMinutes > 0 ? { reuseMinutes: settings.reuseMinutes } : {}),
    query: (sql) => run(sql),
    run: (sql) => limit(() => runOnce(session(settings.deadlineMs), sql, seen)),
    queryAll: (statements) => runAll(statements, run),
    stream: async (sql) => {
      const query = await limit(() => runStatement(session(settings.deadlineMs), sql, seen));
      // How long its rows take is for whoever reads them: a pager may stand still for an hour.
      return streamStatement(session(Number.POSITIVE_INFINITY), query);
    },
    explain: async (sql) => {
      const { rows } = await run(`explain ${sql}`);
      return rows.map((row) => String(row.at(-1) ?? '')).join('\n');
    },
    progress: () => progressOf(executions, settings.usdPerTb),
    background: athenaBackground(() => session(settings.deadlineMs), seen),
    session: (deadlineMs = settings.deadlineMs) => session(deadlineMs),
    statistics: () => sumStatistics(executions, settings.usdPerTb),
    close: async () => {
      closing.abort();
      if (parts.athena === undefined) athena.destroy();
      if (parts.s3 === undefined) s3.destroy();
    },
  };
}

/**
 * Runs a statement of any kind, started once: one that writes may have written before it failed, and is not for this side
 * to repeat. Only a query has rows to read.
 */
async function runOnce(session: AthenaSession, sql: string, seen: (query: SeenQuery) => void): Promise<QueryResult> {
  const { attemptKey: _, ...settings } = session.settings;
  const once = { ...session, settings: { ...settings, attempts: 1, reuseMinutes: 0 } };
  const ended = await runStatement(once, sql, seen);
  if (QUERY.test(sql)) return readStatement(once, ended);
  return { columns: [], rows: [], facts: factsOf(ended.queryId, ended.execution, settings.usdPerTb) };
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
