import { execFileSync, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';

interface Bundled {
  readonly folder: string;
  readonly bytes: number;
  readonly external: readonly string[];
  readonly packages: readonly string[];
}

const root = mkdtempSync(join(tmpdir(), 'bundle-jobs-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const bundle = (name: string): readonly Bundled[] =>
  execFileSync(process.execPath, ['scripts/bundleJobs.mjs', join(root, name)], { encoding: 'utf8' })
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Bundled);
const [light, duckdb] = bundle('first') as [Bundled, Bundled];

it('is the same every time, file by file', () => {
  const second = bundle('second');
  const hashes = ({ folder }: Bundled): unknown =>
    readdirSync(folder, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map(({ parentPath, name }) => [
        join(parentPath.slice(folder.length), name),
        createHash('sha256')
          .update(readFileSync(join(parentPath, name)))
          .digest('hex'),
      ]);
  expect(second.map(hashes)).toEqual([light, duckdb].map(hashes));
});

it('has no dev dependency, and DuckDB only where it is needed, as what is added for an architecture', () => {
  const { packages: installed }: { readonly packages: Record<string, { readonly dev?: boolean }> } = JSON.parse(
    readFileSync('package-lock.json', 'utf8'),
  );
  for (const { packages } of [light, duckdb]) {
    expect(packages).toContain('zod');
    expect(packages.filter((name) => installed[`node_modules/${name}`]?.dev === true)).toEqual([]);
    expect(packages.filter((name) => name.startsWith('@duckdb/'))).toEqual([]);
  }
  const ofNode = new Set(['buffer', 'module', 'process']);
  expect(light.external.filter((name) => !ofNode.has(name))).toEqual([]);
  expect(duckdb.external.filter((name) => !ofNode.has(name))).toEqual(['@duckdb/node-api']);
  for (const { bytes } of [light, duckdb]) expect(bytes).toBeLessThan(4 * 1024 * 1024);
});

it.each(['ledger', 'detection'])('the %s function loads on its own and says what its stack did not set', (job) => {
  writeFileSync(join(root, 'tenantscope.yaml'), '');
  const call = `import { handler } from './first/light/jobs/${job}Handler.mjs';
    await handler({}, { getRemainingTimeInMillis: () => 900000 }).then(() => process.exit(1), (error) => console.log(error.message));`;
  writeFileSync(join(root, 'call.mjs'), call);
  const { stdout } = spawnSync(process.execPath, ['call.mjs'], {
    cwd: root,
    encoding: 'utf8',
    env: { TENANTSCOPE_CONFIG: 'tenantscope.yaml' },
  });
  expect(stdout).toMatch(/TENANTSCOPE_\w+: a variable of the function is not set/);
});
