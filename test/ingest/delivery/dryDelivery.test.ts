import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { dryDelivery } from '../../../ingest/index.js';
import { temporaryFolder } from '../../e2e/tenantscope.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

it('refuses a lake that is a file as a run does (regression: it was said to be a damaged lake)', async () => {
  const lake = join(folder.path, 'lake');
  writeFileSync(lake, 'x');
  let worked = false;
  const work = async () => {
    worked = true;
  };
  await expect(dryDelivery(lake, work)).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
  expect([worked, readFileSync(lake, 'utf8'), readdirSync(folder.path)]).toEqual([false, 'x', ['lake']]);
});
