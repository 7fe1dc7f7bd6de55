// Bundles the scheduled jobs into dist/lambda-jobs: `light` for those that ask an engine, `duckdb` for those that write Parquet
// themselves, without DuckDB, which the app adds for the architecture it deploys to. Prints one JSON line a folder: its size, and which packages are in it.
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { englishOnly } from './lambdaPlugins.mjs';
import { packagesSaid } from './packagesSaid.mjs';

process.chdir(fileURLToPath(new URL('..', import.meta.url)));
const root = process.argv[2] ?? 'dist/lambda-jobs';
const FOLDERS = { light: ['ledger', 'detection'], duckdb: ['billing', 'maintenance'] };

for (const [folder, jobs] of Object.entries(FOLDERS)) {
  const out = `${root}/${folder}`;
  // One below the folder: what it reads stands beside it, as in the sources.
  const code = `${out}/jobs`;
  rmSync(out, { recursive: true, force: true });
  mkdirSync(code, { recursive: true });
  const { metafile } = await build({
    entryPoints: jobs.map((job) => `cli/jobs/${job}Handler.ts`),
    outdir: code,
    bundle: true,
    minify: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node20',
    outExtension: { '.js': '.mjs' },
    mainFields: ['module', 'main'],
    legalComments: 'none',
    metafile: true,
    plugins: [englishOnly],
    external: ['@duckdb/node-api'],
    logOverride: { 'import-is-undefined': 'silent' },
    // Some dependencies of dependencies are CommonJS and call require for Node's own modules.
    banner: {
      js: "import{createRequire as createRequireOfBundle}from'node:module';const require=createRequireOfBundle(import.meta.url);",
    },
  });
  // Read beside the code at run time: saved queries, of which completeness is one, and what has DuckDB mean what Trino does.
  cpSync('queries/catalogue', `${out}/catalogue`, { recursive: true });
  if (folder === 'duckdb') cpSync('queries/engines/duckdb/trinoMacros.sql', `${code}/trinoMacros.sql`);
  const external = new Set(
    Object.values(metafile.outputs).flatMap(({ imports }) =>
      imports.filter((one) => one.external === true && !one.path.startsWith('node:')).map(({ path }) => path),
    ),
  );
  const bytes = readdirSync(code).reduce((sum, name) => sum + statSync(`${code}/${name}`).size, 0);
  console.log(JSON.stringify({ folder: out, bytes, external: [...external].sort(), ...packagesSaid(metafile) }));
}
