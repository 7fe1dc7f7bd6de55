import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { AppError, configInvalid, parseYaml } from '../model/index.js';
import { DEFAULT_PARTITION_QUOTA, DEFAULT_WORKLOAD } from '../planner/index.js';
import type { KnownCell } from '../tenants/index.js';
import type { CliContext } from './CliContext.js';

/** What the command line needs of deployment.yaml; the rest of it is the CDK app's to check, which the package does not carry. */
const deploymentSchema = z.object({
  prefix: z.string().default('tenantscope'),
  cells: z.array(z.object({ id: z.string(), partition_quota: z.int().default(DEFAULT_PARTITION_QUOTA) })).default([]),
  delivery: z.object({ buffer_seconds: z.int().default(DEFAULT_WORKLOAD.bufferSeconds) }).prefault({}),
  people: z.object({ tenants: z.array(z.string()).default([]) }).prefault({}),
});

/**
 * What a deployment.yaml says, the one that is named, of TENANTSCOPE_DEPLOYMENT or beside the project; its defaults where there is none.
 * Throws INPUT_NOT_FOUND for a named one that is missing, CONFIG_INVALID.
 */
export async function readDeployment(
  { env }: CliContext,
  named?: string,
): Promise<{
  readonly prefix: string;
  readonly cells: readonly KnownCell[];
  /** Seconds after which Firehose writes an object. */
  readonly bufferSeconds: number;
  /** Tenants that query their own lines. */
  readonly querying: readonly string[];
}> {
  const file = named ?? env.TENANTSCOPE_DEPLOYMENT ?? 'deployment.yaml';
  if (named !== undefined && !existsSync(named))
    throw new AppError('INPUT_NOT_FOUND', 'cannot read the deployment', { got: named, hint: 'check the path' });
  const parsed = parseYaml(deploymentSchema, existsSync(file) ? await readFile(file, 'utf8') : '', file);
  if (!parsed.ok) throw configInvalid(file, parsed.problems, 'the command again');
  const { prefix, cells, delivery, people } = parsed.value;
  return {
    prefix,
    cells: cells.map(({ id, partition_quota }) => ({ id, partitionQuota: partition_quota })),
    bufferSeconds: delivery.buffer_seconds,
    querying: people.tenants,
  };
}
