import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { S3Client } from '@aws-sdk/client-s3';
import { type Config, parseConfigOrThrow, parseS3Url, registryOf } from '../../model/index.js';
import { type Engine, openBucketLedger, parseTrinoUrl, trinoBucketLedger } from '../../queries/index.js';
import type { DeployedApp } from './DeployedApp.js';
import { GLUE_CATALOG, ICEBERG_CATALOG } from './glueCatalogs.js';

/** Prefix of what the rehearsal deploys, and name of its database. */
export const PREFIX = 'rehearsal';

/** The tenantscope.yaml that an app was deployed with. */
export function deployedConfig(folder: string): Config {
  return parseConfigOrThrow(readFileSync(join(folder, 'tenantscope.yaml'), 'utf8'), 'tenantscope.yaml');
}

/** Invokes a deployed job and returns its answer; throws what it said where it failed. */
export async function invokeJob(job: string, event: object = {}): Promise<unknown> {
  const lambda = new LambdaClient({ requestHandler: { requestTimeout: 300_000 } });
  try {
    const { FunctionError, Payload } = await lambda.send(
      new InvokeCommand({ FunctionName: `${PREFIX}-${job}`, Payload: JSON.stringify(event) }),
    );
    const text = Buffer.from(Payload ?? []).toString();
    if (FunctionError !== undefined) throw new Error(`${job}: ${text}`);
    return JSON.parse(text) as unknown;
  } finally {
    lambda.destroy();
  }
}

/**
 * Runs the ledger job until it has booked what `booked` looks for, and returns its answers: the bucket tells it of an object a
 * moment after the object is there. Whoever asks looks again, since it may be tired of waiting.
 */
export async function bookUntil(booked: () => Promise<boolean>): Promise<readonly Readonly<Record<string, unknown>>[]> {
  const answers: Record<string, unknown>[] = [];
  do {
    if (answers.length > 0) await sleep(1000);
    answers.push((await invokeJob('ledger')) as Record<string, unknown>);
  } while (!(await booked()) && answers.length < 15);
  return answers;
}

/** Hands the ledger that the deployed job keeps to `use`, read as the jobs do, on the Trino. */
export async function withDeployedLedger<T>(
  { server, folder, output }: Pick<DeployedApp, 'server' | 'folder' | 'output'>,
  use: (engine: Engine) => Promise<T>,
): Promise<T> {
  const config = deployedConfig(folder);
  const client = new S3Client();
  const ledger = trinoBucketLedger({
    ...parseTrinoUrl(`${server}/${GLUE_CATALOG}`),
    ...parseS3Url(output('lake', 'LakeUrl')),
    ...{ client, database: PREFIX, ledgerCatalog: ICEBERG_CATALOG, ledgerSchema: PREFIX },
    ...{ fetch: globalThis.fetch, clock: Date.now, sleep },
  });
  try {
    return await use(await openBucketLedger(ledger, { listPrices: config.list_prices, registry: registryOf(config) }));
  } finally {
    client.destroy();
  }
}
