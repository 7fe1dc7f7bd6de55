// Bundles the function that follows tenants' lives into dist/lambda-lifecycle: one file. Prints one JSON line: its size, and which
// packages are in it.
import { mkdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { lambdaSettings } from './lambdaSettings.mjs';
import { packagesSaid } from './packagesSaid.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const out = process.argv[2] ?? 'dist/lambda-lifecycle';
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });
const file = `${out}/handler.mjs`;
const { metafile } = await build({
  ...lambdaSettings,
  entryPoints: ['tenants/lifecycle/handler.ts'],
  outfile: file,
});
console.log(JSON.stringify({ folder: out, bytes: statSync(file).size, ...packagesSaid(metafile) }));
