import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parse, stringify } from 'yaml';
import { alertmanagerChannel } from '../../alerts/channels/alertmanagerChannel.js';
import { deliver } from '../../alerts/index.js';
import { messageOfTransition } from '../../alerts/messages/messageOfTransition.js';
import type { Transition, TransitionKind } from '../../alerts/policy/Transition.js';
import type { Incident } from '../../model/index.js';
import { incident, SETTINGS } from '../alerts/alertSamples.js';
import { type Receiver, startReceiver } from '../alerts/channels/receiver.js';
import { planOf, world } from '../alerts/deliveries/deliveryWorld.js';
import { type Alertmanager, startAlertmanager } from './startAlertmanager.js';

/** The name Debian gives it, and upstream's. */
const BINARIES = ['prometheus-alertmanager', 'alertmanager'];
const binary = BINARIES.find((name) => {
  try {
    execFileSync(name, ['--version'], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
});
if (binary === undefined && process.env.TENANTSCOPE_REQUIRE_ALERTS === '1')
  throw new Error(`not on PATH, and skipping is forbidden: ${BINARIES.join(' or ')}`);
if (binary === undefined) console.warn(`skipped: not on PATH: ${BINARIES.join(' or ')}`);
const ifPresent = binary === undefined ? describe.skip : describe;

/** The configuration docs/alerting.md shows, with local receivers and without its long waits. */
function configOf(pagerduty: Receiver, chat: Receiver): string {
  const page = readFileSync(new URL('../../docs/alerting.md', import.meta.url), 'utf8');
  const [, text = ''] = /```yaml\n(# alertmanager\.yml\n[\s\S]*?)```/.exec(page) ?? [];
  const shown = text
    .replace('https://hooks.slack.com/services/PATH', chat.url)
    .replace('receiver: chat\n', 'receiver: chat\n  group_wait: 1s\n  group_interval: 1s\n  repeat_interval: 3s\n');
  return stringify({ global: { pagerduty_url: pagerduty.url }, ...parse(shown) });
}

interface PagerdutyCall {
  readonly event_action: string;
  readonly dedup_key: string;
  readonly payload: {
    readonly summary: string;
    readonly severity: string;
    readonly custom_details: Readonly<Record<string, string>>;
  };
  readonly links: readonly { readonly href: string; readonly text: string }[];
}

ifPresent('a real Alertmanager', () => {
  let pagerduty: Receiver;
  let chat: Receiver;
  let alertmanager: Alertmanager;

  beforeAll(async () => {
    pagerduty = await startReceiver({ status: 202, body: '{"status":"success","dedup_key":"x"}' });
    chat = await startReceiver({ status: 200, body: 'ok' });
    alertmanager = await startAlertmanager(binary ?? '', configOf(pagerduty, chat));
  });
  afterAll(async () => {
    await alertmanager?.stop();
    await Promise.all([pagerduty?.close(), chat?.close()]);
  });

  /** What PagerDuty got of a tenant, in order. */
  const calls = (tenant: string): readonly PagerdutyCall[] =>
    pagerduty.taken
      .map(({ body }): PagerdutyCall => JSON.parse(body))
      .filter((one) => JSON.stringify(one).includes(tenant));
  const slackTexts = (word: string): readonly string[] =>
    chat.taken.map(({ body }) => body).filter((body) => body.includes(word));

  /** Waits for what must come; a test that waits for ever fails by its own limit. */
  async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
    while (!(await holds())) await sleep(100);
  }

  /** Incidents of an environment and a job that tells of them; `everyMs` is how often it claims to run. */
  function job(environment: string, everyMs = 60_000) {
    const w = world();
    w.channels.set(
      'am',
      alertmanagerChannel(
        'am',
        { urls: [alertmanager.url], labels: { team: 'platform' }, everyMs },
        { timeoutMs: 15_000, clock: Date.now },
      ),
    );
    let runs = 0;
    return {
      run: (...transitions: readonly Transition[]) => {
        runs += 1;
        const messages = { ...SETTINGS, environment };
        return deliver(planOf(...transitions), w.parts(`run ${runs}`, { messages, clock: Date.now }));
      },
      transition: (kind: TransitionKind, tenant: string, over: Partial<Incident> = {}): Transition => {
        const at = Date.now();
        const of = incident({
          id: `${environment}-${tenant}`,
          tenant_id: tenant,
          key: `${tenant}/DynamoDB/up`,
          opened_at: at - 60_000,
          sentence: `${tenant} used 30 % of DynamoDB.`,
          ...(kind === 'resolved' ? { state: 'resolved', resolved_at: at } : {}),
          ...over,
        });
        return { id: `${of.id}-${kind}-${at}`, kind, at, incident: of };
      },
    };
  }

  it('pages what a person can act on, repeats it, and resolves it with all that it said', async () => {
    const { run, transition } = job('pages');
    expect(await run(transition('opened', 'acme-pages'))).toMatchObject({ sent: 1, failed: [] });
    await until(() => calls('acme-pages').length >= 1);
    expect(calls('acme-pages')[0]).toMatchObject({
      event_action: 'trigger',
      payload: {
        summary: 'acme-pages used 30 % of DynamoDB, 6.0 times what was expected',
        severity: 'critical',
        custom_details: {
          what: 'acme-pages used 30 % of DynamoDB.',
          next: expect.stringMatching(/^1\. cap the maximum on-demand throughput/),
        },
      },
      links: [
        { href: 'https://runbooks.example/DynamoDB', text: 'Runbook' },
        { href: expect.stringContaining('https://dash.example/t/acme-pages?'), text: 'Dashboard' },
      ],
    });
    await until(() => calls('acme-pages').filter(({ event_action }) => event_action === 'trigger').length >= 2);
    await run(transition('resolved', 'acme-pages'));
    await until(() => calls('acme-pages').some(({ event_action }) => event_action === 'resolve'));
    const all = calls('acme-pages');
    expect(new Set(all.map(({ dedup_key }) => dedup_key)).size).toBe(1);
    expect(all.at(-1)).toMatchObject({
      event_action: 'resolve',
      payload: { summary: 'Resolved: acme-pages used 30 % of DynamoDB at its peak, 6.0 times what was expected' },
      links: [{ text: 'Runbook' }, { text: 'Dashboard' }],
    });
  });

  it('groups the tickets of a service into one notification', async () => {
    const { run, transition } = job('tickets');
    const tenants = Array.from({ length: 30 }, (_, index) => `ticket-${index}`);
    await run(...tenants.map((tenant) => transition('opened', tenant, { severity: 'TICKET' })));
    await until(() => slackTexts('(30)').length >= 1);
    const [all = ''] = slackTexts('(30)');
    for (const tenant of tenants) expect(all).toContain(`${tenant} used 30 %`);
    expect(all).toContain('firing: TenantSpike in DynamoDB (30)');
    // One, or a few when they came in while it waited: not one for each.
    expect(slackTexts('ticket-0').length).toBeLessThan(10);
    expect(calls('ticket-')).toEqual([]);
  });

  it('ends the ticket when it becomes a page', async () => {
    const { run, transition } = job('worse');
    await run(transition('opened', 'acme-worse', { severity: 'TICKET' }));
    await until(() => slackTexts('acme-worse').length >= 1);
    await run(transition('escalated', 'acme-worse'));
    await until(
      () => calls('acme-worse').length >= 1 && slackTexts('acme-worse').some((body) => body.includes('resolved:')),
    );
    const standing = (await alertmanager.alerts()).filter(({ labels }) => labels.tenant_id === 'acme-worse');
    expect(standing.map(({ labels }) => labels.severity)).toEqual(['critical']);
  });

  it('keeps what the job tells of in every run, and ends by itself what it falls silent of', async () => {
    const { run, transition } = job('silent', 1500);
    await run(transition('opened', 'acme-silent'));
    // Longer than an alert lasts that is not heard of.
    for (let left = 7; left > 0; left -= 1) {
      await sleep(1000);
      await run();
    }
    expect((await alertmanager.alerts()).filter(({ labels }) => labels.tenant_id === 'acme-silent')).toHaveLength(1);
    expect(calls('acme-silent').some(({ event_action }) => event_action === 'resolve')).toBe(false);
    await until(() => calls('acme-silent').some(({ event_action }) => event_action === 'resolve'));
  });

  it('says nothing of tenants while the data of their service is not complete', async () => {
    const { run, transition } = job('stale');
    await run(
      transition('opened', '_fleet', { kind: 'pipeline', service: '_pipeline', severity: 'TICKET', direction: 'none' }),
    );
    await until(async () => (await alertmanager.alerts()).some(({ labels }) => labels.environment === 'stale'));
    await run(transition('opened', 'acme-stale'));
    await until(async () =>
      (await alertmanager.alerts()).some(
        ({ labels, status }) => labels.tenant_id === 'acme-stale' && status.state === 'suppressed',
      ),
    );
    await sleep(2500);
    expect(calls('acme-stale')).toEqual([]);
  });

  it('refuses what is no alert, and the refusal is final', async () => {
    const channel = alertmanagerChannel(
      'am',
      { urls: [alertmanager.url], labels: { 'tenant.id': 'x' }, everyMs: 60_000 },
      { timeoutMs: 15_000, clock: Date.now },
    );
    const { transition } = job('refused');
    const message = messageOfTransition(transition('opened', 'acme'), {}, { ...SETTINGS, environment: 'refused' });
    expect(await channel.send(message, { id: 'x', repeated: false })).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('tenant.id'),
    });
  });
});
