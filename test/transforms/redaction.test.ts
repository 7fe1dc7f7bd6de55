import { describe, expect, it } from 'vitest';
import { transformLines } from './transformLines.js';

const line = (log: string): string =>
  JSON.stringify({
    tenant_id: 'acme',
    namespace: 'tenant-acme',
    pod_uid: 'u',
    file: 'f',
    offset: 1,
    time: '2026-11-24T11:59:00Z',
    log,
  });
const eventOf = async (log: string) => (await transformLines([line(log)], 'acme', 'tenant-acme')).events[0];

describe('redaction before the lake', () => {
  it('takes secrets out of body, path and attributes, and says how many', async () => {
    const key = 'AKIAIOSFODNN7EXAMPLE';
    const event = await eventOf(
      JSON.stringify({
        msg: `using ${key}`,
        path: `/login?password=hunter2`,
        user: { password: 'p w' },
        note: `again ${key}`,
      }),
    );
    expect(event).toMatchObject({
      body: 'using [redacted:aws_key]',
      url_path: '/login',
      attributes: {
        'url.query': 'password=[redacted:secret]',
        'user.password': '[redacted:secret]',
        note: 'again [redacted:aws_key]',
        'tenantscope.redacted': 'secret=2,aws_key=2',
      },
    });
    expect(
      Object.values(event ?? {})
        .map(String)
        .join(),
    ).not.toMatch(/AKIA|hunter2|p w/);
  });

  it('leaves usage, ids and sizes as they are', async () => {
    const log = JSON.stringify({
      msg: 'bearer abcdefgh12345678',
      operation: 'GetItem',
      ConsumedCapacity: { TableName: 't', CapacityUnits: 1 },
    });
    const event = await eventOf(log);
    expect(event?.log_bytes).toBe(Buffer.byteLength(log));
    expect(event?.usage.filter(({ service }) => service === 'DynamoDB')).toHaveLength(2);
    expect((await eventOf(log))?.event_id).toBe(event?.event_id);
    expect((await eventOf(log.replace('8"', '9"')))?.event_id).not.toBe(event?.event_id);
  });

  // The cut would have left a part of the key that no rule knows.
  it('takes a secret out of an attribute before that is cut', async () => {
    const note = `${'x '.repeat(2040)}AKIAIOSFODNN7EXAMPLE`;
    expect((await eventOf(JSON.stringify({ msg: 'm', note })))?.attributes.note).not.toContain('AKIA');
  });

  it('takes a secret out before the text is cut', async () => {
    const event = await eventOf(`${'x '.repeat(524_282)}password=hunter2hunter2`);
    expect(event?.body).not.toContain('hunter2');
  });
});
