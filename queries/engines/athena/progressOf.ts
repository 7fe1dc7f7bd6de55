import type { QueryExecution } from '@aws-sdk/client-athena';
import type { StatementProgress } from '../Engine.js';
import { sumStatistics } from './AthenaStatistics.js';

const ENDED: ReadonlySet<string> = new Set(['SUCCEEDED', 'FAILED', 'CANCELLED']);

/** How far the queries are that have not ended, taken together; undefined when none runs. Athena tells no share done. */
export function progressOf(
  executions: ReadonlyMap<string, QueryExecution>,
  usdPerTb: number,
): StatementProgress | undefined {
  const running = new Map([...executions].filter(([, { Status }]) => !ENDED.has(Status?.State ?? '')));
  const states = [...running.values()].map(({ Status }) => Status?.State ?? '');
  const [first] = states;
  if (first === undefined) return undefined;
  const { bytesScanned, costUsd } = sumStatistics(running, usdPerTb);
  return { state: states.find((state) => state !== 'QUEUED') ?? first, bytesScanned, costUsd };
}
