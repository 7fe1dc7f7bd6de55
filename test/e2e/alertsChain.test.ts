import { appendFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Receiver, startReceiver } from '../alerts/channels/receiver.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const root = temporaryFolder();
const cwd = root.path;
const env = { PAGER: 'R0UT1NGKEY' };
const lake = ['--lake', 'lake', '--config', 'sim/tenantscope.yaml'];
const word = ['--owner', 'kim', '--reason', 'TS-40'];
const run = (at: string) => tenantscope(['alerts', 'run', '--no-ledger', '--at', at, ...lake], { cwd, env });

let pager: Receiver;
let watchdog: Receiver;
beforeAll(async () => {
  pager = await startReceiver();
  watchdog = await startReceiver({ status: 200 });
  const noisy = ['--scenario', 'noisy-dynamodb', '--tenants', '12', '--hours', '4', '--history', '5d'];
  await tenantscopeOk(['simulate', ...noisy, '--end', '2026-11-24T00:00Z', '--out', 'sim'], { cwd });
  await tenantscopeOk(['run', '--input', 'sim/records', ...lake], { cwd });
  await tenantscopeOk(['ledger', 'build', ...lake], { cwd });
  appendFileSync(
    join(cwd, 'sim/tenantscope.yaml'),
    `
alerts:
  environment: test
  channels:
    pager: { type: pagerduty, routing_key: env:PAGER, url: "${pager.url}" }
  routes:
    - { severities: [PAGE], channels: [pager] }
    - { channels: [] }
  heartbeats: [{ url: env:WATCHDOG }]
`,
  );
  Object.assign(env, { WATCHDOG: watchdog.url });
}, 300_000);
afterAll(async () => {
  await pager.close();
  await watchdog.close();
  root.remove();
});

const told = () =>
  pager.taken.map(({ body }) => JSON.parse(body)).map(({ event_action, dedup_key }) => `${event_action} ${dedup_key}`);
const KEY = 'tenantscope/test/acme/DynamoDB/up';

it('a noisy tenant in the lake pages once; that it is acknowledged and resolved is told there, too', async () => {
  expect(await run('2026-11-23T22:00Z')).toMatchObject({ code: 0, stdout: '' });
  expect(told()).toEqual([`trigger ${KEY}`]);
  const { payload } = JSON.parse(pager.taken[0]?.body ?? '{}');
  expect(payload.summary).toMatch(/acme used 3\d % of DynamoDB/);
  expect(JSON.stringify(payload.custom_details)).toContain('see: tenantscope report run tenant-share');
  expect(payload.custom_details).toMatchObject({
    'share expected': expect.stringMatching(/ %$/),
    'median of its 11 peers': expect.stringMatching(/ %$/),
    mostly: expect.stringMatching(/^(operation|resource) .* of the excess$/),
  });
  expect((await run('2026-11-23T22:00Z')).code).toBe(0);
  expect(told()).toEqual([`trigger ${KEY}`]);

  await tenantscopeOk(['incident', 'ack', 'acme/DynamoDB/up', ...word, ...lake], { cwd, env });
  expect(told()).toEqual([`trigger ${KEY}`, `acknowledge ${KEY}`]);
  await tenantscopeOk(['incident', 'resolve', 'acme/DynamoDB/up', ...word, ...lake], { cwd, env });
  expect((await run('2026-11-23T22:00Z')).code).toBe(0);
  expect(told()).toEqual([`trigger ${KEY}`, `acknowledge ${KEY}`, `resolve ${KEY}`]);
  // Each run that went through said so, by another way.
  expect(watchdog.taken).toHaveLength(3);
}, 300_000);

it('what is kept of deliveries does not name a tenant that was erased', async () => {
  const deliveries = () => tenantscopeOk(['alerts', 'deliveries', '--json', ...lake], { cwd });
  expect(await deliveries()).toContain('acme used');
  const file = join(cwd, 'sim/tenantscope.yaml');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain('{ id: acme, ');
  writeFileSync(file, text.replace('{ id: acme, ', '{ id: acme, status: offboarded, '));
  await tenantscopeOk(['tenant', 'erase', 'acme', '--yes', '--unsigned', ...lake], { cwd, env });
  expect(await deliveries()).not.toContain('acme');
}, 300_000);
