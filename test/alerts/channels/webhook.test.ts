import { Webhook } from 'standardwebhooks';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { isPrivateAddress } from '../../../alerts/channels/isPrivateAddress.js';
import { standardSignature } from '../../../alerts/channels/standardSignature.js';
import { webhookChannel } from '../../../alerts/channels/webhookChannel.js';
import { message } from '../alertSamples.js';
import { type Receiver, startReceiver } from './receiver.js';

const NEW = `whsec_${Buffer.alloc(32, 1).toString('base64')}`;
const OLD = `whsec_${Buffer.alloc(24, 2).toString('base64')}`;

let receiver: Receiver;
beforeEach(async () => {
  receiver = await startReceiver();
});
afterEach(() => receiver.close());

const channel = (clock = Date.now, keys = [NEW, OLD]) =>
  webhookChannel('hook', { url: receiver.url, keys, allowPrivate: true }, { timeoutMs: 5000, clock });
const headersOf = (index = 0): Record<string, string> =>
  Object.fromEntries(
    Object.entries(receiver.requests[index]?.headers ?? {}).map(([name, value]) => [name, String(value)]),
  );

describe('webhook', () => {
  it('is verified by the library of Standard Webhooks, with either key while one takes over', async () => {
    await channel().send(message('opened'), { id: 'event-1', repeated: false });
    const body = receiver.requests[0]?.body ?? '';
    for (const key of [NEW, OLD])
      expect(new Webhook(key).verify(body, headersOf())).toMatchObject({ type: 'alert.firing' });
    expect(headersOf()['webhook-id']).toBe('event-1');
    expect(() => new Webhook(NEW).verify(body.replace('acme', 'acne'), headersOf())).toThrow();
    expect(() => new Webhook(`whsec_${Buffer.alloc(32, 9).toString('base64')}`).verify(body, headersOf())).toThrow();
  });

  it('has a timestamp that grows old', async () => {
    await channel(() => Date.now() - 6 * 60_000).send(message('opened'), { id: 'event-1', repeated: false });
    expect(() => new Webhook(NEW).verify(receiver.requests[0]?.body ?? '', headersOf())).toThrow(/too old/);
  });

  it('signs as the specification’s example does', () => {
    // The example of the Standard Webhooks specification.
    const of = { id: 'msg_p5jXN8AQM9LWM0D4loKWxJek', seconds: 1614265330, body: '{"test": 2432232314}' };
    expect(standardSignature(of, ['whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw'])).toBe(
      'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    );
  });

  it('keeps one id for all copies of a message, and tells them apart by nothing else than time', async () => {
    receiver.answers.push('take and drop');
    const hook = channel();
    for (const repeated of [false, true]) await hook.send(message('opened'), { id: 'event-1', repeated });
    expect(receiver.taken.map(({ headers }) => headers['webhook-id'])).toEqual(['event-1', 'event-1']);
    expect(new Set(receiver.taken.map(({ body }) => body)).size).toBe(1);
  });

  it('takes 410 for a receiver that wants no more', async () => {
    receiver.fallback = { status: 410 };
    expect(await channel().send(message('opened'), { id: 'x', repeated: false })).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('wants no more'),
    });
  });

  it('refuses keys that are none, without showing them', () => {
    for (const key of ['sesame-open', 'whsec_c2hvcnQ=', `whsec_${'!'.repeat(44)}`])
      expect(() => channel(Date.now, [key])).toThrow(
        /whsec_ and the base64 of 24 to 64 bytes, got something else of \d+ characters/,
      );
  });

  it('refuses private addresses unless they are allowed, by name and by number', async () => {
    const guarded = (url: string, addresses: readonly string[] = []) =>
      webhookChannel(
        'hook',
        { url, keys: [NEW], allowPrivate: false, resolve: async () => addresses },
        { timeoutMs: 1000, clock: Date.now },
      ).send(message('opened'), { id: 'x', repeated: false });
    expect(await guarded(receiver.url)).toMatchObject({
      kind: 'rejected',
      reason: expect.stringContaining('is a private address'),
    });
    expect(await guarded('http://[::1]:1/')).toMatchObject({ kind: 'rejected' });
    expect(await guarded('http://[::ffff:169.254.169.254]/')).toMatchObject({ kind: 'rejected' });
    expect(await guarded('http://evil.example/', ['93.184.216.34', '10.0.0.1'])).toMatchObject({ kind: 'rejected' });
    expect(receiver.requests).toHaveLength(0);
  });
});

describe('isPrivateAddress', () => {
  it.each([
    '127.0.0.1',
    '10.1.2.3',
    '172.31.0.1',
    '192.168.0.1',
    '169.254.169.254',
    '100.64.0.1',
    '0.0.0.0',
    '::1',
    '::',
    'fd00::1',
    'fe80::1',
    '::ffff:7f00:1',
    '::ffff:10.0.0.1',
    '224.0.0.1',
  ])('%s is', (address) => expect(isPrivateAddress(address)).toBe(true));
  it.each(['93.184.216.34', '172.32.0.1', '2606:4700::1111', '::ffff:8.8.8.8', '100.128.0.1'])('%s is not', (address) =>
    expect(isPrivateAddress(address)).toBe(false),
  );
});
