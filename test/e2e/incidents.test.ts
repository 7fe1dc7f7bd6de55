import { afterAll, beforeAll, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const root = temporaryFolder();
afterAll(() => root.remove());
const cwd = root.path;
const lake = ['--lake', 'lake', '--config', 'sim/tenantscope.yaml'];
const ok = (...args: readonly string[]): Promise<string> => tenantscopeOk([...args, ...lake], { cwd });
const json = async (...args: readonly string[]) => jsonOf(await ok(...args, '--json'));
const word = ['--owner', 'kim', '--reason', 'TS-40'];
const INCIDENT = 'acme/DynamoDB/up';

beforeAll(async () => {
  const noisy = ['--scenario', 'noisy-dynamodb', '--tenants', '12', '--hours', '4', '--history', '5d'];
  await tenantscopeOk(['simulate', ...noisy, '--end', '2026-11-24T00:00Z', '--out', 'sim'], { cwd });
  await ok('run', '--input', 'sim/records');
});

it('alerts run judges, opens one incident for the noisy tenant, says it once, and explains it', async () => {
  const first = await ok('alerts', 'run', '--at', '2026-11-23T22:00Z');
  expect(first).toMatch(/^opened PAGE acme\/DynamoDB\/up: acme used 3\d % of DynamoDB from 2026-11-23 21:00 to/m);
  expect(await ok('alerts', 'run', '--at', '2026-11-23T22:00Z')).toBe('');
  const summary = await json('alerts', 'run', '--no-ledger', '--at', '2026-11-23T23:00Z');
  expect(summary).toMatchObject({ hours: 1, open: expect.any(Number), delivered: 0 });
  expect(await json('incident', 'list', '--tenant', 'acme')).toMatchObject([{ key: INCIDENT, severity: 'PAGE' }]);
  const shown = await ok('incident', 'show', INCIDENT);
  expect(shown).toContain("eleven peers' median");
  expect(shown).toContain('tenantscope report run tenant-share --param service=DynamoDB --since 2026-11-23T21:00Z');
  // The command it names runs as it stands.
  const [command = ''] = shown.match(/report run tenant-share.*/) ?? [];
  expect(await ok(...command.split(' '), '--format', 'csv')).toMatch(/^1,acme,/m);
});

it('detect judges as of a time, and backtest replays the lake by the same code', async () => {
  const { findings } = await json('detect', '--at', '2026-11-23T23:00Z', '--last', '3h');
  const [finding] = findings;
  expect(finding).toMatchObject({ tenant_id: 'acme', severity: 'PAGE', attribution: expect.any(Array) });
  expect(new Date(finding.window.end).toISOString()).toBe('2026-11-23T23:00:00.000Z');
  const replayed = await json('backtest', '--since', '2026-11-23T12:00Z');
  expect(replayed).toMatchObject({ pages: 1 });
  expect(replayed.incidents.map((one: { key: string }) => one.key)).toContain(INCIDENT);
  expect(await tenantscope(['backtest', ...lake], { cwd })).toMatchObject({ code: 64 });
});

it('incidents are acknowledged, resolved and judged by people, who must say who they are and why', async () => {
  const nameless = await tenantscope(['incident', 'ack', INCIDENT, ...lake], { cwd });
  expect(nameless).toMatchObject({ code: 64 });
  expect(await json('incident', 'ack', INCIDENT, ...word)).toMatchObject({ acknowledged: { by: 'kim' } });
  await ok('incident', 'feedback', INCIDENT, 'true', '--owner', 'kim');
  expect(await json('incident', 'precision')).toMatchObject([{ service: 'DynamoDB', true: 1, precision: 1 }]);
  const endless = await tenantscope(['incident', 'ack', INCIDENT, '--share', 'now', ...word, ...lake], { cwd });
  expect(endless.stderr).toContain('a known share needs an end');
  expect(await json('incident', 'resolve', INCIDENT, ...word)).toMatchObject({
    state: 'resolved',
    closed: { by: 'kim' },
  });
  expect(await ok('alerts', 'run', '--no-ledger', '--at', '2026-11-23T23:00Z')).toContain(`resolved PAGE ${INCIDENT}`);
  expect(await json('incident', 'list', '--tenant', 'acme')).toEqual([]);
  expect(await json('incident', 'list', '--tenant', 'acme', '--all')).toMatchObject([{ key: INCIDENT }]);
});

it('a known share is not spoken of again', async () => {
  await ok('incident', 'ack', INCIDENT, '--share', 'now', '--for', '90d', ...word);
  await ok('alerts', 'rebuild', '--since', '2026-11-23T20:00Z');
  expect(await ok('alerts', 'run', '--no-ledger', '--at', '2026-11-23T23:00Z')).not.toContain('acme');
  expect(await json('incident', 'list', '--tenant', 'acme')).toEqual([]);
});

it('silences have an owner, a reason and an end, are listed, and end', async () => {
  const silence = await json('silence', 'add', '--tenant', 'acme', '--for', '4h', ...word);
  expect(await json('silence', 'list')).toMatchObject([{ id: silence.id, match: { tenant_id: 'acme' }, owner: 'kim' }]);
  await ok('silence', 'expire', silence.id.slice(0, 4));
  expect(await json('silence', 'list')).toEqual([]);
  const endless = await tenantscope(['silence', 'add', '--tenant', 'acme', ...word, ...lake], { cwd });
  expect(endless).toMatchObject({ code: 64, stderr: expect.stringContaining('--for') });
  const none = await tenantscope(['silence', 'list', '--lake', 'none'], { cwd });
  expect(none).toMatchObject({ code: 66 });
});
