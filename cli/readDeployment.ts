import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { configInvalid, parseYaml } from '../model/index.js';
import type { KnownCell } from '../tenants/index.js';
import type { CliContext } from './CliContext.js';

/** What the command line needs of deployment.yaml; the rest of it is the CDK app's to check. */
const deploymentSchema = z.object({
  prefix: z.string().default('tenantscope'),
  cells: z.array(z.object({ id: z.string(), partition_quota: z.int().default(500) })).default([]),
});

/** Prefix and cells of a deployment.yaml, of TENANTSCOPE_DEPLOYMENT or beside the project; its defaults where there is none. */
export async function readDeployment({ env }: CliContext): Promise<{
  readonly prefix: string;
  readonly cells: readonly KnownCell[];
}> {
  const file = env.TENANTSCOPE_DEPLOYMENT ?? 'deployment.yaml';
  const parsed = parseYaml(deploymentSchema, existsSync(file) ? await readFile(file, 'utf8') : '', file);
  if (!parsed.ok) throw configInvalid(file, parsed.problems, 'the command again');
  const { prefix, cells } = parsed.value;
  return { prefix, cells: cells.map(({ id, partition_quota }) => ({ id, partitionQuota: partition_quota })) };
}
