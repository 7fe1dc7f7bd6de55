import { randomUUID } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { deliver, openDeliveries } from '../../alerts/index.js';
import type { Transition } from '../../alerts/policy/Transition.js';
import { parseConfigOrThrow } from '../../model/index.js';
import { localStore } from '../../queries/index.js';
import { transition } from '../alerts/alertSamples.js';
import { type Receiver, startReceiver } from '../alerts/channels/receiver.js';
import { planOf } from '../alerts/deliveries/deliveryWorld.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const KEY = 'R0UT1NGKEY';
const env = { PAGER: KEY };

let receiver: Receiver;
let lake = at('lake');
beforeAll(() => {
  mkdirSync(at('lake'));
  writeFileSync(at('lake/lake.json'), '{"version":1}\n');
});
beforeEach(async () => {
  receiver = await startReceiver();
  writeFileSync(at('tenantscope.yaml'), yaml());
});
afterEach(() => receiver.close());
afterAll(() => folder.remove());

const yaml = (): string => `lake: ${lake}
alerts:
  environment: test
  channels:
    pager: { type: pagerduty, routing_key: env:PAGER, url: "${receiver.url}" }
    log: { type: stdout, format: text }
  routes: [{ plans: [pro], channels: [pager] }, { channels: [] }]
plans: [{ id: pro }]
tenants: [{ id: acme, name: "Acme <Music>", plan: pro }]
`;

/** One run of a process of its own: new channels, a new store over the same lake. */
async function run(...transitions: readonly Transition[]): ReturnType<typeof deliver> {
  const config = parseConfigOrThrow(yaml(), 'tenantscope.yaml');
  const parts = await openDeliveries(config, {
    objects: localStore(config.lake),
    clock: Date.now,
    random: Math.random,
    sleep,
    secrets: { env },
    write: () => undefined,
    runId: randomUUID(),
    patienceMs: 0,
    budgetMs: 600_000,
  });
  return deliver(planOf(...transitions), parts);
}

const deliveries = async (...flags: readonly string[]) =>
  jsonOf(await tenantscopeOk(['alerts', 'deliveries', '--json', ...flags], { cwd: folder.path }));

describe('tenantscope alerts', () => {
  it('test sends a marked test and resolves it', async () => {
    const text = await tenantscopeOk(['alerts', 'test', 'pager'], { cwd: folder.path, env });
    expect(text).toMatch(/^test: sent \(tenantscope\/test\/_test\/pager\/[0-9a-f]{8}\)\nresolution: sent/);
    const events = receiver.taken.map(({ body }) => JSON.parse(body));
    expect(events.map(({ event_action, routing_key }) => [event_action, routing_key])).toEqual([
      ['trigger', KEY],
      ['resolve', KEY],
    ]);
    expect(events[0].dedup_key).toBe(events[1].dedup_key);
    expect(events[0].payload.summary).toBe('TEST of the channel pager by tenantscope: nothing is wrong');
    expect(await tenantscopeOk(['alerts', 'test', 'log'], { cwd: folder.path })).toContain(
      'TICKET opened TEST of the channel log',
    );
  });

  it('test ends with 1 when it does not arrive, and shows no secret', async () => {
    receiver.fallback = { status: 400, body: `no service has the key ${KEY}` };
    const { code, stdout, stderr } = await tenantscope(['alerts', 'test', 'pager', '--json'], {
      cwd: folder.path,
      env,
    });
    expect(code).toBe(1);
    expect(jsonOf(stdout)).toMatchObject({
      channel: 'pager',
      opened: { kind: 'rejected', reason: 'HTTP 400: no service has the key ***' },
    });
    expect(stderr).toContain('[CHECK_FAILED]');
    expect(stdout + stderr).not.toContain(KEY);
    const missing = await tenantscope(['alerts', 'test', 'pager'], { cwd: folder.path });
    expect(missing.code).toBe(1);
    expect(missing.stdout).toContain('the secret env:PAGER cannot be had');
    const unknown = await tenantscope(['alerts', 'test', 'pagr'], { cwd: folder.path });
    expect([unknown.code, unknown.stderr]).toEqual([64, expect.stringContaining('did you mean pager?')]);
  });

  it('deliveries shows what waits and what failed, and resend brings it there', async () => {
    receiver.fallback = { status: 403, body: 'forbidden' };
    expect(await run(transition('opened', 0, { id: 'aaaaaaaaaaaaaaaa' }))).toMatchObject({
      sent: 0,
      failed: [{ channel: 'pager' }],
    });
    receiver.fallback = { status: 503 };
    await run(transition('opened', 0, { id: 'bbbbbbbbbbbbbbbb' }));
    expect(await deliveries('--state', 'failed')).toMatchObject([
      { id: 'aaaaaaaaaaaaaaaa:1', state: 'failed', attempts: 1, detail: 'HTTP 403: forbidden', next_at: null },
    ]);
    expect(await deliveries('--state', 'pending')).toMatchObject([{ id: 'bbbbbbbbbbbbbbbb:1', detail: 'HTTP 503' }]);
    const dry = await tenantscope(['alerts', 'resend', 'aaaaaaaaaaaaaaaa:1', '--dry-run'], { cwd: folder.path, env });
    expect([dry.code, dry.stderr]).toEqual([0, expect.stringContaining('it would be sent once more through pager')]);
    const failed = await tenantscope(['alerts', 'resend', 'aaaaaaaaaaaaaaaa:1'], { cwd: folder.path, env });
    expect([failed.code, failed.stdout]).toEqual([1, expect.stringContaining('pending')]);
    receiver.fallback = { status: 202 };
    const again = await tenantscope(['alerts', 'resend', 'aaaaaaaaaaaaaaaa:1'], { cwd: folder.path, env });
    expect([again.code, again.stderr]).toEqual([64, expect.stringContaining('it is on its way already')]);
    expect(await tenantscopeOk(['alerts', 'deliveries'], { cwd: folder.path })).toMatch(
      /pending {4}pager {8}PAGE {3}opened {4}aaaaaaaaaaaaaaaa:1 {2}acme used 30 %/,
    );
  });

  it('refuses what is not known, and a folder that is no lake', async () => {
    for (const [args, code, says] of [
      [['alerts', 'deliveries', '--state', 'lost'], 64, /one of pending, sent, resending, failed, superseded/],
      [['alerts', 'deliveries', '--last', 'week'], 64, /--last is not usable/],
      [['alerts', 'deliveries', '--lake', at('nowhere')], 66, /LAKE_NOT_FOUND/],
      [['alerts', 'resend', 'nothing'], 64, /no id of a delivery/],
      [['alerts', 'test', 'pager', '--hold', 'long'], 64, /--hold/],
    ] as const) {
      const ended = await tenantscope(args, { cwd: folder.path, env });
      expect([ended.code, ended.stderr]).toEqual([code, expect.stringMatching(says)]);
    }
  });

  it('two runs at once over one lake send a transition once', async () => {
    const both = transition('opened', 0, { id: 'cccccccccccccccc' });
    lake = at('shared-lake');
    const reports = await Promise.all([run(both), run(both), run(both)]);
    expect(reports.reduce((sum, { sent }) => sum + sent, 0)).toBe(1);
    expect(receiver.taken).toHaveLength(1);
    expect(JSON.parse(receiver.taken[0]?.body ?? '').payload.custom_details).toMatchObject({ tenant: 'Acme <Music>' });
  });
});
