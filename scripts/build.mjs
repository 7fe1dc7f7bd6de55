// Compiles the sources to dist/ and copies what the compiler does not: saved queries are read as .sql files at run time.
import { execFileSync } from 'node:child_process';
import { chmodSync, cpSync, existsSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { bundleGrammar } from './bundleGrammar.mjs';
import { bundlePage } from './bundlePage.mjs';

const root = fileURLToPath(new URL('..', import.meta.url));
process.chdir(root);
rmSync('dist', { recursive: true, force: true });
const tsc = (...arguments_) =>
  execFileSync(process.execPath, ['node_modules/typescript/bin/tsc', ...arguments_], { stdio: 'inherit' });
tsc('-p', 'tsconfig.build.json');

// The metering package is loaded by applications of either module system.
const metering = 'ingest/metering';
rmSync(`${metering}/dist`, { recursive: true, force: true });
tsc('-p', metering);
const commonJs = ['--module', 'commonjs', '--moduleResolution', 'bundler', '--verbatimModuleSyntax', 'false'];
tsc('-p', metering, ...commonJs, '--outDir', `${metering}/dist/cjs`);
writeFileSync(`${metering}/dist/cjs/package.json`, '{ "type": "commonjs" }\n');
for (const path of ['queries/catalogue', 'queries/engines/duckdb/trinoMacros.sql'])
  if (existsSync(path)) cpSync(path, `dist/${path}`, { recursive: true });
await bundleGrammar('dist/queries/dialect');
await bundlePage('dist/dashboard/client');
if (existsSync('dist/cli/main.js')) chmodSync('dist/cli/main.js', 0o755);
