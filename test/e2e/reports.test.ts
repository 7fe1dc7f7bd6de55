import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { tenantscope } from './tenantscope.js';

const cwd = mkdtempSync(join(tmpdir(), 'reports-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

it('reports of one’s own are listed, shown, linted and refused as the built-in ones are', async () => {
  const lint = (...args: string[]) => tenantscope(['report', 'lint', ...args], { cwd });
  expect((await lint()).stdout).toMatch(/^\d+ reports, nothing found\n$/);
  const { stdout: source } = await tenantscope(['report', 'show', 'tenant-errors'], { cwd });
  const own = source.replace('name: tenant-errors', 'name: my-errors');
  mkdirSync(join(cwd, 'reports'));
  writeFileSync(join(cwd, 'reports', 'my-errors.sql'), own);
  expect((await tenantscope(['report', 'list'], { cwd })).stdout).toMatch(
    /^my-errors +Errors of one tenant, by kind$/m,
  );
  expect(await tenantscope(['report', 'show', 'my-errors'], { cwd })).toMatchObject({ code: 0 });
  expect(await lint('reports/my-errors.sql')).toMatchObject({ code: 0, stdout: '1 reports, nothing found\n' });

  writeFileSync(join(cwd, 'reports', 'my-errors.sql'), own.replace('where tenant_id = {{tenant_id}}', 'where true'));
  const bad = await lint();
  expect(bad).toMatchObject({ code: 1 });
  expect(bad.stdout).toMatch(/^reports\/my-errors\.sql:\d+:\d+: reads events of every tenant/m);
  const run = await tenantscope(['report', 'run', 'my-errors', '--param', 'tenant_id=acme'], { cwd });
  expect(run).toMatchObject({ code: 78, stdout: '' });
  expect(run.stderr).toMatch(/a report cannot be run: got /);
  expect(await tenantscope(['report', 'list', '--reports', 'none'], { cwd })).toMatchObject({ code: 66 });
});
