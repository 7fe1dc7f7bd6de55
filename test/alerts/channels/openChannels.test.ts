import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { readSecret } from '../../../alerts/channels/readSecret.js';
import { openChannels, sendHeartbeats } from '../../../alerts/index.js';
import { configSchema } from '../../../model/index.js';
import { AT, message } from '../alertSamples.js';
import { type Receiver, startReceiver } from './receiver.js';

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const SECRET = 'S3CR3TROUT1NGKEY';
const key = { id: 'event-1', repeated: false };
const config = (channels: object, over: object = {}) =>
  configSchema.parse({ alerts: { channels, routes: [{ channels: [] }], ...over }, mail: { from: 'ops@example.com' } });
const opened = (channels: object, env: Record<string, string> = {}, write = (_: string): void => undefined) =>
  openChannels(config(channels), { clock: () => AT, secrets: { env }, write });

describe('openChannels', () => {
  it('opens every kind of channel of a configuration', async () => {
    const topic = 'arn:aws:sns:eu-west-1:123456789012:alerts';
    const whsec = `whsec_${Buffer.alloc(32).toString('base64')}`;
    const channels = await opened(
      {
        a: { type: 'pagerduty', routing_key: 'env:K' },
        b: { type: 'alertmanager', urls: ['http://am:9093'], bearer_token: 'env:K' },
        c: { type: 'sns', topic_arn: topic },
        d: { type: 'eventbridge', region: 'eu-west-1' },
        e: { type: 'slack', url: 'env:U' },
        f: { type: 'mail', to: ['a@example.com'], region: 'eu-west-1' },
        g: { type: 'webhook', url: 'https://hook.example/x', secrets: ['env:W'] },
        h: { type: 'cloudwatch', region: 'eu-west-1' },
        i: { type: 'stdout' },
      },
      { K: SECRET, U: 'https://hooks.example/T/B/x', W: whsec },
    );
    expect([...channels.keys()].join('')).toBe('abcdefghi');
    expect(channels.get('b')?.resendMs).toBe(270_000);
    expect(channels.get('e')?.paceMs).toBe(1000);
  });

  it('shows no secret, though the receiver repeats it or the address is none', async () => {
    receiver.fallback = { status: 400, body: `unknown key ${SECRET} of /services/T0/B0/x0x0x0` };
    const channels = await opened(
      {
        pager: { type: 'pagerduty', routing_key: 'env:KEY', url: receiver.url },
        chat: { type: 'slack', url: 'env:URL' },
        broken: { type: 'slack', url: 'env:BROKEN' },
        hook: { type: 'webhook', url: receiver.url, secrets: ['env:KEY'] },
      },
      {
        KEY: SECRET,
        URL: `${receiver.url.replace('/path', '')}/services/T0/B0/x0x0x0`,
        BROKEN: `hooks.slack.com/${SECRET}`,
      },
    );
    const outcomes = await Promise.all([...channels.values()].map((channel) => channel.send(message('opened'), key)));
    expect(outcomes).toEqual([
      { kind: 'rejected', reason: 'HTTP 400: unknown key *** of /services/T0/B0/x0x0x0' },
      { kind: 'rejected', reason: `HTTP 400: unknown key ${SECRET} of /***` },
      { kind: 'rejected', reason: 'the address is not a URL (not shown)' },
      expect.objectContaining({ kind: 'retry', reason: expect.stringContaining('not shown') }),
    ]);
    expect(JSON.stringify([outcomes[0], outcomes[2], outcomes[3]])).not.toContain(SECRET);
  });

  it('lets a channel without its secret fail alone, and for now', async () => {
    const lines: string[] = [];
    const channels = await opened(
      { pager: { type: 'pagerduty', routing_key: 'env:MISSING' }, log: { type: 'stdout' } },
      {},
      (line) => lines.push(line),
    );
    expect(await channels.get('pager')?.send(message('opened'), key)).toEqual({
      kind: 'retry',
      reason:
        'the channel cannot be opened: the secret env:MISSING cannot be had: expected a text, got an environment variable that is not set',
      unknown: false,
    });
    expect(await channels.get('log')?.send(message('opened'), key)).toMatchObject({ kind: 'sent' });
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({
      type: 'alert.firing',
      tenant_id: 'acme',
      time: '2026-11-23T11:00:00.000Z',
    });
  });
});

describe('readSecret', () => {
  it('reads the environment, a file, and what the cloud holds', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'secret-'));
    writeFileSync(join(folder, 'key'), ' from a file\n');
    const arn = 'arn:aws:ssm:eu-west-1:123456789012:parameter/key';
    const sources = { env: { KEY: 'from env' }, cloud: async (of: string) => `from ${of}` };
    expect(await readSecret('env:KEY', sources)).toBe('from env');
    expect(await readSecret(`file:${join(folder, 'key')}`, sources)).toBe('from a file');
    expect(await readSecret(arn, sources)).toBe(`from ${arn}`);
    for (const reference of ['env:NONE', `file:${join(folder, 'none')}`])
      await expect(readSecret(reference, sources)).rejects.toMatchObject({ code: 'CONFIG_INVALID' });
    await expect(readSecret(arn, { env: {} })).rejects.toThrow(/where nothing reads one/);
    await expect(readSecret('env:EMPTY', { env: { EMPTY: ' ' } })).rejects.toThrow(/an empty text/);
    rmSync(folder, { recursive: true });
  });
});

describe('sendHeartbeats', () => {
  const beat = (heartbeats: readonly object[], env: Record<string, string>) =>
    sendHeartbeats(config({}, { heartbeats }).alerts, {
      clock: () => AT,
      random: () => 0,
      sleep: async () => undefined,
      secrets: { env },
    });

  it('asks the address of each path, a few times when it is not heard', async () => {
    receiver.answers.push({ status: 500 }, { status: 500 }, { status: 200 });
    expect(await beat([{ url: 'env:PING' }], { PING: receiver.url })).toEqual([]);
    expect(receiver.requests.map(({ body }) => JSON.parse(body).environment)).toEqual([
      'default',
      'default',
      'default',
    ]);
  });

  it('says which was not heard, without its address, and throws nothing', async () => {
    receiver.fallback = { status: 404, body: 'no check /path' };
    expect(await beat([{ url: 'env:NONE' }, { url: 'env:PING' }], { PING: receiver.url })).toEqual([
      { index: 0, reason: expect.stringContaining('env:NONE') },
      { index: 1, reason: 'HTTP 404: no check /path' },
    ]);
    expect(receiver.requests).toHaveLength(1);
  });
});
