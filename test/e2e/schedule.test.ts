import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const root = temporaryFolder();
afterAll(() => root.remove());
const cwd = root.path;
const schedules = (more: string): string => `report_schedules:
  - name: every-minute
    report: top-tenants
    params: { top: 5 }
    last: 24h
    at: "* * * * *"
    wait_hours: 0
    format: csv
    deliver: [{ folder: ./out }]
${more}`;

beforeAll(async () => {
  await tenantscopeOk(['simulate', '--hours', '1', '--tenants', '2', '--out', 'sim'], { cwd });
  await tenantscopeOk(['run', '--config', 'sim/tenantscope.yaml', '--input', 'sim/records', '--lake', 'lake'], { cwd });
  await tenantscopeOk(['ledger', 'build', '--lake', 'lake'], { cwd });
});

it('reports are run at times from the command line, delivered once, and listed', async () => {
  writeFileSync(join(cwd, 'tenantscope.yaml'), schedules(''));
  expect(await tenantscope(['report', 'schedule', 'run', '--once', '--lake', 'lake'], { cwd })).toMatchObject({
    code: 0,
    stdout: '',
  });
  const run = await tenantscope(['report', 'schedule', 'run', '--now', 'every-minute', '--lake', 'lake'], { cwd });
  expect(run).toMatchObject({ code: 0 });
  expect(run.stdout).toMatch(/^every-minute \S+Z: delivered, to 1 targets\n$/);
  const [file = ''] = readdirSync(join(cwd, 'out'));
  expect(file).toMatch(/^every-minute-\d{4}-\d\d-\d\dT\d{4}Z_\d{4}-\d\d-\d\dT\d{4}Z\.csv$/);
  expect(readFileSync(join(cwd, 'out', file), 'utf8')).toMatch(
    /^service,meter,unit,rank,tenant_id,quantity,events\r\n/,
  );

  const list = jsonOf(await tenantscopeOk(['report', 'schedule', 'list', '--json', '--lake', 'lake'], { cwd }));
  expect(list).toMatchObject([{ name: 'every-minute', at: '* * * * *', last: { state: 'delivered' } }]);
  expect(await tenantscopeOk(['report', 'schedule', 'list', '--lake', 'lake'], { cwd })).toMatch(
    /next \S+Z; last \S+Z delivered/,
  );
});

it('a file that is in the way, an unknown report and an unknown schedule are told apart by exit codes', async () => {
  writeFileSync(
    join(cwd, 'tenantscope.yaml'),
    schedules('').replace('./out', './tenantscope.yaml').replace('every-minute', 'blocked'),
  );
  const blocked = await tenantscope(['report', 'schedule', 'run', '--now', 'blocked', '--lake', 'lake', '--json'], {
    cwd,
  });
  expect(JSON.parse(blocked.stdout)).toMatchObject({ schedule: 'blocked', state: 'pending' });
  writeFileSync(join(cwd, 'tenantscope.yaml'), schedules('').replace('top-tenants', 'top-tenant'));
  expect(await tenantscope(['report', 'schedule', 'run', '--once', '--lake', 'lake'], { cwd })).toMatchObject({
    code: 66,
  });
  writeFileSync(join(cwd, 'tenantscope.yaml'), schedules(''));
  const unknown = await tenantscope(['report', 'schedule', 'run', '--now', 'every-minut', '--lake', 'lake'], { cwd });
  expect(unknown).toMatchObject({ code: 64 });
  expect(unknown.stderr).toMatch(/did you mean every-minute\?/);
});
