// Bundles Trino's grammar, of a package that carries nine others and cannot be loaded unbundled (20 MB), into one file of
// 0.8 MB that is loaded when a report is linted. The licences of what is in it go beside it.
import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import { build } from 'esbuild';

const LICENCES = ['dt-sql-parser/LICENSE', 'antlr4ng/LICENSE.txt'];

export async function bundleGrammar(out) {
  await build({
    entryPoints: ['queries/dialect/trinoGrammar.ts'],
    outfile: `${out}/trinoGrammar.cjs`,
    bundle: true,
    minify: true,
    // CommonJS: loaded at the moment it is needed, without making everything on the way there asynchronous.
    format: 'cjs',
    platform: 'node',
    target: 'node20',
    mainFields: ['module', 'main'],
  });
  const licences = LICENCES.map((file) => `${file}\n\n${readFileSync(`node_modules/${file}`, 'utf8')}`);
  writeFileSync(`${out}/trinoGrammar.LICENSES.txt`, licences.join('\n\n'));
  // What the compiler made of the same source would fail if anything loaded it.
  for (const ending of ['js', 'js.map']) rmSync(`${out}/trinoGrammar.${ending}`, { force: true });
}
