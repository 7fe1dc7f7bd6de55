import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, expect, it } from 'vitest';
import { docsImages } from '../../scripts/docsImages.js';
import { temporaryFolder, tenantscopeOk } from '../e2e/tenantscope.js';

const IMAGES = fileURLToPath(new URL('../../docs/images/', import.meta.url));
const root = temporaryFolder();
afterAll(() => root.remove());

it('the pictures in docs/images are what the script draws from the demo (npm run docs:images)', async () => {
  await tenantscopeOk(['demo', '--out', root.path]);
  const drawn = await docsImages(join(root.path, 'lake'));
  expect(readdirSync(IMAGES).sort()).toEqual([...drawn.keys()].sort());
  for (const [name, svg] of drawn) expect(readFileSync(join(IMAGES, name), 'utf8'), name).toBe(svg);
  expect(drawn.get('share-ranking.svg')).toContain('30.0 %');
});
