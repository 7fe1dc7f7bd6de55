import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tenantscope } from './tenantscope.js';

const cwd = mkdtempSync(join(tmpdir(), 'reports-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

const report = (...args: string[]) => tenantscope(['report', ...args], { cwd });
const write = (text: string) => writeFileSync(join(cwd, 'reports', 'my-errors.sql'), text);
let own = '';

// In this order, each with a limit of its own: a command takes seconds where the machine is busy.
describe('reports of one’s own', () => {
  it('are written from a built-in one, all of which lint', async () => {
    expect((await report('lint')).stdout).toMatch(/^\d+ reports, nothing found\n$/);
    const { stdout: source } = await report('show', 'tenant-errors');
    own = source.replace('name: tenant-errors', 'name: my-errors');
    expect(own).not.toBe(source);
    mkdirSync(join(cwd, 'reports'));
    write(own);
  });

  it('are listed, shown and linted as the built-in ones are', async () => {
    expect((await report('list')).stdout).toMatch(/^my-errors +Errors of one tenant, by kind$/m);
    expect(await report('show', 'my-errors')).toMatchObject({ code: 0 });
    expect(await report('lint', 'reports/my-errors.sql')).toMatchObject({
      code: 0,
      stdout: '1 reports, nothing found\n',
    });
  });

  it('are refused where they read every tenant, and where their folder is not there', async () => {
    write(own.replace('where tenant_id = {{tenant_id}}', 'where true'));
    const bad = await report('lint');
    expect(bad).toMatchObject({ code: 1 });
    expect(bad.stdout).toMatch(/^reports\/my-errors\.sql:\d+:\d+: reads events of every tenant/m);
    const run = await report('run', 'my-errors', '--param', 'tenant_id=acme');
    expect(run).toMatchObject({ code: 78, stdout: '' });
    expect(run.stderr).toMatch(/a report cannot be run: got /);
    expect(await report('list', '--reports', 'none')).toMatchObject({ code: 66 });
  });
});
