// Bundles the transform Lambda into dist/lambda, minified and split: what a registry outside the configuration file needs is
// loaded only where there is one. Prints one JSON line: its sizes, and which packages are in it.
import { mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { splitSettings } from './lambdaSettings.mjs';
import { packagesSaid } from './packagesSaid.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const out = process.argv[2] ?? 'dist/lambda';
rmSync(out, { recursive: true, force: true });
mkdirSync(out, { recursive: true });

/** What zod writes JSON schemas with, by type; it looks them up only when one is asked for, which the Lambda never does. */
const noJsonSchema = {
  name: 'no-json-schema',
  setup({ onLoad }) {
    onLoad({ filter: /zod\/v4\/core\/json-schema-processors\.js$/ }, () => ({
      contents: 'export const allProcessors = {}; export const toJSONSchema = undefined;',
    }));
  },
};

/** Modules no Lambda runs: the user agent of browsers, and credentials from anywhere but the environment Lambda sets. */
const lambdaOnly = {
  name: 'lambda-only',
  setup({ onLoad, onResolve }) {
    // The same code as modules, of which what nobody calls can be left out.
    onResolve({ filter: /^yaml$/ }, () => ({ path: resolve('node_modules/yaml/browser/dist/index.js') }));
    onLoad({ filter: /node_modules\/bowser\// }, () => ({ contents: 'export default {};' }));
    onLoad({ filter: /credential-provider-node\/dist-es\/index\.js$/ }, () => ({
      contents: "export { fromEnv as defaultProvider } from '@aws-sdk/credential-provider-env';",
      resolveDir: 'node_modules/@aws-sdk/credential-provider-node',
    }));
  },
};

const { metafile } = await build({
  ...splitSettings,
  entryPoints: ['transforms/handler.ts'],
  outdir: out,
  plugins: [noJsonSchema, lambdaOnly],
});

/** The entry and what it imports before its first line runs. */
function loadedAtStart(path, seen = new Set()) {
  if (seen.has(path)) return seen;
  seen.add(path);
  for (const { path: imported, kind, external } of metafile.outputs[path].imports)
    if (kind === 'import-statement' && external !== true) loadedAtStart(imported, seen);
  return seen;
}
const entry = Object.keys(metafile.outputs).find((path) => path.endsWith('/handler.mjs'));
const bytes = readdirSync(out).reduce((sum, name) => sum + statSync(`${out}/${name}`).size, 0);
const atStart = [...loadedAtStart(entry)].reduce((sum, path) => sum + metafile.outputs[path].bytes, 0);
console.log(JSON.stringify({ folder: out, bytes, bytes_at_start: atStart, ...packagesSaid(metafile) }));
