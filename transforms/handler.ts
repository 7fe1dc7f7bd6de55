import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { type FirehoseResponse, parseConfigOrThrow, type RecordOutcome, registryOf } from '../model/index.js';
import { kinesisReput } from './kinesisReput.js';
import { createTransform } from './transform.js';

/**
 * The Lambda's entry. Environment: TENANTSCOPE_CONFIG, the path of the tenantscope.yaml in the bundle;
 * TENANTSCOPE_STREAM, the stream that split records go back to. Read once per execution environment.
 */
function createHandler(
  env: Readonly<Record<string, string | undefined>>,
): (event: unknown) => Promise<FirehoseResponse> {
  const file = env.TENANTSCOPE_CONFIG ?? 'tenantscope.yaml';
  const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
  const registry = registryOf(config);
  const reput = kinesisReput(new KinesisClient({}), env.TENANTSCOPE_STREAM ?? '', (ms) => sleep(ms));
  return async (event) => {
    const outcomes: RecordOutcome[] = [];
    const transform = createTransform({
      registry: () => registry,
      trust: config.identity.trust,
      platformStream: config.identity.platform_stream,
      reput,
      observe: (outcome) => outcomes.push(outcome),
    });
    const response = await transform(event);
    console.log(JSON.stringify({ message: 'batch transformed', ...countOutcomes(outcomes) }));
    return response;
  };
}

/** Counts by outcome and reason: no tenant's text ever reaches the function's own log. */
function countOutcomes(outcomes: readonly RecordOutcome[]): Record<string, number> {
  const counts: Record<string, number> = { records: outcomes.length };
  for (const { outcome, reason } of outcomes) {
    const key = reason === undefined ? outcome : `${outcome}.${reason}`;
    counts[key] = (counts[key] ?? 0) + 1;
  }
  return counts;
}

let handle: ((event: unknown) => Promise<FirehoseResponse>) | undefined;

/** What Lambda calls. */
export async function handler(event: unknown): Promise<FirehoseResponse> {
  handle ??= createHandler(process.env);
  return handle(event);
}
