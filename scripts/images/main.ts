// Draws the pictures of README and docs anew: npm run docs:images. Takes as long as the demo it runs.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { docsImages } from './docsImages.js';
import { takePagePictures } from './takePagePictures.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const chromium = process.env.CHROMIUM_PATH ?? '/usr/bin/chromium';
const demo = mkdtempSync(join(tmpdir(), 'docs-images-'));
// In its folder, so that what the pictures show of paths is short.
const tenantscope = async (args: readonly string[]): Promise<void> => {
  execFileSync(process.execPath, [join(root, 'dist/cli/main.js'), ...args], { cwd: demo, stdio: 'ignore' });
};
try {
  await tenantscope(['demo', '--out', '.']);
  const images = new Map<string, string | Uint8Array>(await docsImages(demo, tenantscope));
  if (existsSync(chromium)) {
    for (const [name, png] of await takePagePictures(join(demo, 'tenantscope.html'), chromium)) images.set(name, png);
  } else {
    console.warn(`the pictures of the page stay as they are: no Chromium at ${chromium}; set CHROMIUM_PATH`);
  }
  mkdirSync(join(root, 'docs/images'), { recursive: true });
  for (const [name, image] of images) writeFileSync(join(root, 'docs/images', name), image);
} finally {
  rmSync(demo, { recursive: true, force: true });
}
