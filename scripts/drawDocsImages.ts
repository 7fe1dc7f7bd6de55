// Draws the pictures of README and docs anew: npm run docs:images. Takes as long as the demo it runs.
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docsImages } from './docsImages.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const demo = mkdtempSync(join(tmpdir(), 'docs-images-'));
try {
  execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), 'demo', '--out', demo], { stdio: 'ignore' });
  const images = await docsImages(join(demo, 'lake'));
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  for (const [name, svg] of images) writeFileSync(join(root, 'docs/images', name), svg);
} finally {
  rmSync(demo, { recursive: true, force: true });
}
