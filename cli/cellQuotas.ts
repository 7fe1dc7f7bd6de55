import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { AppError, configInvalid, parseYaml } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/** What is needed of deployment.yaml here; the rest of it is the CDK app's to check. */
const deploymentSchema = z.object({
  cells: z.array(z.object({ id: z.string(), partition_quota: z.int().default(500) })).default([]),
  delivery: z.object({ buffer_seconds: z.int().default(300) }).prefault({}),
  people: z.object({ tenants: z.array(z.string()).default([]) }).prefault({}),
});

/**
 * What a deployment.yaml says of limits: the partition quota of each cell it lists, seconds of the buffer, tenants that query. Its
 * defaults where there is none. Throws INPUT_NOT_FOUND for one that is named and missing, CONFIG_INVALID.
 */
export async function cellQuotas({ env }: CliContext, named: string | undefined) {
  const file = named ?? env.TENANTSCOPE_DEPLOYMENT ?? 'deployment.yaml';
  if (named !== undefined && !existsSync(named))
    throw new AppError('INPUT_NOT_FOUND', 'cannot read the deployment', { got: named, hint: 'check the path' });
  const parsed = parseYaml(deploymentSchema, existsSync(file) ? await readFile(file, 'utf8') : '', file);
  if (!parsed.ok) throw configInvalid(file, parsed.problems, 'tenantscope quota again');
  const { cells, delivery, people } = parsed.value;
  return {
    partitionQuotas: new Map(cells.map(({ id, partition_quota }) => [id, partition_quota])),
    bufferSeconds: delivery.buffer_seconds,
    querying: people.tenants,
  };
}
