import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { alertmanagerChannel } from '../../../alerts/channels/alertmanagerChannel.js';
import type { Channel } from '../../../alerts/channels/Channel.js';
import { pagerdutyChannel } from '../../../alerts/channels/pagerdutyChannel.js';
import { slackChannel } from '../../../alerts/channels/slackChannel.js';
import { webhookChannel } from '../../../alerts/channels/webhookChannel.js';
import { deliver } from '../../../alerts/index.js';
import { AT, message, transition } from '../alertSamples.js';
import { planOf, world } from '../deliveries/deliveryWorld.js';
import { type Answer, type Receiver, startReceiver } from './receiver.js';

/** Only one that is known to hang is given up soon: how fast the others answer must not matter. */
const parts = {
  get timeoutMs() {
    return receiver.answers[0] === 'hang' ? 700 : 60_000;
  },
  clock: () => AT,
};
const KEY = `whsec_${Buffer.alloc(32, 7).toString('base64')}`;

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const CHANNELS: Readonly<Record<string, (url: string) => Channel>> = {
  pagerduty: (url) => pagerdutyChannel('pagerduty', { url, routingKey: 'KEY' }, parts),
  slack: (url) => slackChannel('slack', url, parts),
  webhook: (url) => webhookChannel('webhook', { url, keys: [KEY], allowPrivate: true }, parts),
  alertmanager: (url) => alertmanagerChannel('alertmanager', { urls: [url], labels: {}, everyMs: 300_000 }, parts),
};
const open = (name: string): Channel => {
  const channel = CHANNELS[name]?.(receiver.url);
  if (channel === undefined) throw new Error(name);
  return channel;
};
const send = (channel: Channel) => channel.send(message('opened'), { id: 'event-1', repeated: false });

describe.each(Object.keys(CHANNELS))('%s', (name) => {
  it.each<[string, Answer, object]>([
    ['202', { status: 202, body: '{"status":"success"}' }, { kind: 'sent' }],
    ['400', { status: 400, body: 'bad\nevent' }, { kind: 'rejected', reason: 'HTTP 400: bad event' }],
    ['404', { status: 404 }, { kind: 'rejected', reason: 'HTTP 404' }],
    [
      '302, which is not followed',
      { status: 302, headers: { location: 'http://127.0.0.1:1/' } },
      { kind: 'rejected', reason: 'HTTP 302' },
    ],
    [
      '429 with seconds',
      { status: 429, headers: { 'retry-after': '7' } },
      { kind: 'retry', unknown: false, afterMs: 7000 },
    ],
    [
      '429 with a date',
      { status: 429, headers: { 'retry-after': new Date(AT + 90_000).toUTCString() } },
      { kind: 'retry', unknown: false, afterMs: 90_000 },
    ],
    ['429 with nonsense', { status: 429, headers: { 'retry-after': 'soon' } }, { kind: 'retry', unknown: false }],
    ['500', { status: 500 }, { kind: 'retry', reason: 'HTTP 500', unknown: false }],
    ['504', { status: 504 }, { kind: 'retry', unknown: true }],
    ['a hang', 'hang', { kind: 'retry', reason: 'no answer within 0.7 s', unknown: true }],
    ['a dropped connection', 'drop', { kind: 'retry', unknown: true }],
    ['an acceptance that breaks off', 'accept and break off', { kind: 'sent' }],
    ['an answer without end', 'endless', { kind: 'retry', unknown: false }],
  ])('takes %s for what it is', async (_, answer, outcome) => {
    receiver.answers.push(answer);
    expect(await send(open(name))).toMatchObject(outcome);
    expect(receiver.requests).toHaveLength(1);
  });

  it('knows that nothing arrived where nobody listens', async () => {
    await receiver.close();
    expect(await send(open(name))).toMatchObject({ kind: 'retry', unknown: false });
    receiver = await startReceiver();
  });

  it('loses nothing, doubles nothing and keeps the order, whatever the receiver does', async () => {
    const w = world();
    const { send: sendIt } = open(name);
    w.channels.set(name, { name, send: sendIt });
    receiver.answers.push(
      { status: 500 },
      'hang',
      { status: 429, headers: { 'retry-after': '120' } },
      'drop',
      'take and drop',
      { status: 202 },
      { status: 500 },
      { status: 202 },
      'take and drop',
      { status: 202 },
    );
    const patient = { patienceMs: 6 * 3_600_000, budgetMs: 7 * 3_600_000 };
    await deliver(planOf(transition('opened')), w.parts('a', patient));
    await deliver(planOf(transition('grew', 1)), w.parts('b', patient));
    const report = await deliver(planOf(transition('resolved', 2)), w.parts('c', patient));
    expect(report).toMatchObject({ sent: 1, waiting: 0, failed: [] });
    // Of what was taken twice the copies are equal but for the mark of a copy: receivers with ids drop it.
    const ids = receiver.taken.map(({ body }) =>
      /5f1c9a7e02b44d10-(\w+)-\d|· (opened|grew|resolved) ·/.exec(body)?.slice(1).join(''),
    );
    expect(ids).toEqual(['opened', 'opened', 'grew', 'resolved', 'resolved']);
    expect(receiver.requests).toHaveLength(10);
  });
});

describe('what a channel sends', () => {
  it('pagerduty: one dedup key for all of an incident, and what it was when it resolves', async () => {
    const channel = open('pagerduty');
    for (const kind of ['opened', 'grew', 'resolved'] as const)
      await channel.send(message(kind), { id: kind, repeated: false });
    const sent = receiver.requests.map(({ body }) => JSON.parse(body));
    expect(sent.map(({ event_action }) => event_action)).toEqual(['trigger', 'trigger', 'resolve']);
    expect(new Set(sent.map(({ dedup_key }) => dedup_key))).toEqual(new Set(['tenantscope/prod/acme/DynamoDB/up']));
    expect(sent[2]).toMatchObject({ payload: { summary: expect.stringContaining('acme') }, links: [{}, {}] });
  });

  it('alertmanager: to every instance, with one that answers being enough', async () => {
    const other = await startReceiver({ status: 500 });
    const urls = [receiver.url, other.url];
    const target = { urls, labels: { team: 'x' }, everyMs: 300_000, authorization: 'Bearer secret' };
    const outcome = await send(alertmanagerChannel('am', target, parts));
    expect(outcome).toEqual({ kind: 'sent', receipt: 'accepted by 1 of 2; another: HTTP 500' });
    expect(receiver.requests[0]).toMatchObject({
      path: '/path/api/v2/alerts',
      headers: { authorization: 'Bearer secret' },
    });
    receiver.fallback = { status: 500 };
    expect(await send(alertmanagerChannel('am', target, parts))).toMatchObject({ kind: 'retry' });
    await other.close();
  });

  it('slack: says of a copy that it may be one', async () => {
    const channel = open('slack');
    await channel.send(message('opened'), { id: 'a', repeated: true });
    expect(receiver.requests[0]?.body).toContain('sent again, since it is not known whether it arrived');
  });
});
