// Bundles the scheduled jobs into dist/lambda-jobs: `light` for those that ask an engine, `duckdb` for those that write Parquet
// themselves, without DuckDB, which the app adds for the architecture it deploys to. Prints one JSON line a folder: its size, and which packages are in it.
import { cpSync, mkdirSync, readdirSync, rmSync, statSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { splitSettings } from './lambdaSettings.mjs';
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
    ...splitSettings,
    entryPoints: jobs.map((job) => `cli/jobs/${job}Handler.ts`),
    outdir: code,
    external: ['@duckdb/node-api'],
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
