import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readDeployment } from '../../cli/readDeployment.js';
import { deploymentSchema } from '../../infra/settings/deploymentSchema.js';
import { fakeContext } from './fakeContext.js';

const folder = mkdtempSync(join(tmpdir(), 'deployment-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it.each([
  '',
  'cells: [{ id: gold }]\n',
  'prefix: logs\ndelivery: { buffer_seconds: 60 }\npeople: { tenants: [acme] }\n',
])('reads what the CDK app reads of %j, defaults included', async (text) => {
  const file = join(folder, 'deployment.yaml');
  writeFileSync(file, text);
  const { prefix, cells, delivery, people } = deploymentSchema.parse(parse(text) ?? {});
  expect(await readDeployment(fakeContext(), file)).toEqual({
    prefix,
    cells: cells.map(({ id, partition_quota: partitionQuota }) => ({ id, partitionQuota })),
    bufferSeconds: delivery.buffer_seconds,
    querying: people.tenants,
  });
});
