import { describe, expect, it } from 'vitest';
import type { SidecarOptions } from '../../fluentbit/index.js';
import { renderSidecar } from '../../fluentbit/index.js';
import { ENVELOPE_KEYS } from '../../model/index.js';
import { sidecarOf } from './options.js';
import { loadStamp } from './stampRunner.js';

const POD = { POD_NAME: 'web-1', POD_UID: 'uid-1', POD_NAMESPACE: 'tenant-acme', NODE_NAME: 'node-1' };
const NOON = 1_795_521_600;
const LINE_LIMIT = 768 * 1024;

function stampOf(changes: Partial<SidecarOptions> = {}, env: Record<string, string> = POD) {
  return loadStamp(renderSidecar(sidecarOf(changes)).files.get('stamp.lua') ?? '', env);
}

const at = { file: '/var/log/tenantscope/app.log', offset: 120 };

describe('the stamp', () => {
  it('puts the closed envelope around a line, less its line end', () => {
    expect(stampOf()('app', NOON + 0.25, { ...at, log: 'paid\n' })).toEqual({
      code: 2,
      record: {
        schema: 'tenantscope/1',
        tenant_id: 'acme',
        namespace: 'tenant-acme',
        pod: 'web-1',
        pod_uid: 'uid-1',
        container: 'app',
        node: 'node-1',
        cluster: 'prod-1',
        time: '2026-11-24T12:00:00.250Z',
        ...at,
        log: 'paid',
      },
    });
  });

  it('takes no key from the record but log, file and offset', () => {
    const forged = {
      tenant_id: 'evil',
      namespace: 'evil',
      TENANT_ID: 'evil',
      kubernetes: 'evil',
      time: 'evil',
      app: 'x',
    };
    const { record } = stampOf()('app', NOON, { ...at, ...forged, log: '{"tenant_id":"evil"}' });
    expect(record).toMatchObject({ tenant_id: 'acme', namespace: 'tenant-acme', log: '{"tenant_id":"evil"}' });
    expect(Object.keys(record).filter((key) => !(ENVELOPE_KEYS as readonly string[]).includes(key))).toEqual([]);
    const outside = Object.entries(record).filter(([key]) => key !== 'log');
    expect(JSON.stringify(outside)).not.toContain('evil');
  });

  it('believes no file name: the tenant and the namespace stay', () => {
    const file = '/var/log/tenantscope/tenant-other_pod_kube.log';
    const { record } = stampOf()('app', NOON, { file, offset: 0, log: 'x' });
    expect(record).toMatchObject({ tenant_id: 'acme', namespace: 'tenant-acme', pod: 'web-1', file });
  });

  it.each([
    ['no pod name', { ...POD, POD_NAME: '' }],
    ['no pod uid', { ...POD, POD_UID: '' }],
    ['no namespace', { ...POD, POD_NAMESPACE: '' }],
    ["another tenant's namespace", { ...POD, POD_NAMESPACE: 'tenant-other' }],
  ])('fails closed with %s: no tenant is named', (_, env) => {
    const { record } = stampOf({}, env)('app', NOON, { ...at, log: 'x' });
    expect(record).not.toHaveProperty('tenant_id');
    expect(record.namespace).toBe(env.POD_NAMESPACE === '' ? undefined : env.POD_NAMESPACE);
  });

  it('marks a line tail cut at its buffer, and ends it at a whole character', () => {
    const text = Buffer.concat([Buffer.alloc(LINE_LIMIT - 2, 'a'), Buffer.from([0xc3])]);
    const { record } = stampOf()('app', NOON, { ...at, log: text });
    expect(record).toMatchObject({ truncated: true, log: 'a'.repeat(LINE_LIMIT - 2) });
    expect(record).not.toHaveProperty('invalid_utf8');
  });

  it('sends a line of 300 KB whole', () => {
    const text = '€'.repeat(100_000);
    const { record } = stampOf()('app', NOON, { ...at, log: text });
    expect(record.log).toBe(text);
    expect(record).not.toHaveProperty('truncated');
  });

  it('cuts a text whose escapes would make the record too large for Kinesis', () => {
    const { record } = stampOf()('app', NOON, { ...at, log: '\u0001'.repeat(300_000) });
    expect(record.truncated).toBe(true);
    expect(Buffer.byteLength(JSON.stringify(record))).toBeLessThan(1_048_556);
  });

  it.each([
    ['a lone continuation byte', [0x61, 0x80]],
    ['an overlong slash', [0xc0, 0xaf]],
    ['an overlong three-byte form', [0xe0, 0x80, 0xaf]],
    ['a surrogate', [0xed, 0xa0, 0x80]],
    ['above U+10FFFF', [0xf4, 0x90, 0x80, 0x80]],
    ['a sequence that ends early', [0xe2, 0x82]],
  ])('marks %s as invalid UTF-8', (_, bytes) => {
    expect(stampOf()('app', NOON, { ...at, log: Buffer.from(bytes) }).record.invalid_utf8).toBe(true);
  });

  it.each(['plain', 'ünï', '日本', '😀 ok', '\u07ff\uffff'])('does not mark valid UTF-8: %s', (text) => {
    expect(stampOf()('app', NOON, { ...at, log: text }).record).not.toHaveProperty('invalid_utf8');
  });

  it('holds lines back beyond the rate, counts them in the heartbeat, and lets usage through', () => {
    const stamp = stampOf({ limits: { lines_per_second: 2 } });
    const codes = Array.from({ length: 30 }, () => stamp('app', NOON, { ...at, log: 'flood' }).code);
    expect(codes.filter((code) => code === 2)).toHaveLength(20);
    expect(stamp('app', NOON, { ...at, log: '{"ConsumedCapacity":{"CapacityUnits":1}}' }).code).toBe(2);
    expect(stamp('app', NOON + 1, { ...at, log: 'flood' }).code).toBe(2);
    const { record } = stamp('tenantscope.heartbeat', NOON + 2, {});
    expect(record.heartbeat).toMatchObject({
      lines_read: 32,
      lines_held_back: 10,
      bytes_held_back: 50,
      bytes_read: 195,
    });
    expect(record).toMatchObject({ tenant_id: 'acme', file: 'tenantscope.heartbeat', offset: NOON + 2 });
    expect(record).not.toHaveProperty('log');
  });

  it('counts lines by the hour of their stamp, and tells the hour of the heartbeat and the one before', () => {
    const stamp = stampOf({ limits: { bytes_per_day: 7 } });
    const send = (seconds: number) => stamp('app', seconds, { ...at, log: 'abc' });
    const told = (seconds: number) => {
      const beat = stamp('tenantscope.heartbeat', seconds, {}).record.heartbeat as Record<string, number>;
      return ['hour', 'last_hour'].flatMap((hour) => [beat[`${hour}_lines_read`], beat[`${hour}_lines_held_back`]]);
    };
    for (const seconds of [NOON - 1, NOON - 0.001, NOON, NOON + 5]) send(seconds);
    expect(told(NOON + 60)).toEqual([2, 2, 2, 0]);
    // A joined trace is stamped with its first line's time, and comes after it.
    send(NOON - 0.5);
    expect(told(NOON + 120)).toEqual([2, 2, 3, 1]);
    expect(told(NOON + 3600)).toEqual([0, 0, 2, 2]);
    expect(told(NOON + 2 * 3600)).toEqual([0, 0, 0, 0]);
    expect(stamp('tenantscope.heartbeat', NOON + 2 * 3600, {}).record.heartbeat).toMatchObject({ lines_read: 5 });
  });

  it('holds back beyond the bytes of a day, and starts anew at midnight UTC', () => {
    const stamp = stampOf({ limits: { bytes_per_day: 10 } });
    const send = (seconds: number) => stamp('app', seconds, { ...at, log: '12345' }).code;
    expect([send(NOON), send(NOON), send(NOON), send(NOON + 43_199), send(NOON + 43_200)]).toEqual([2, 2, -1, -1, 2]);
  });
});
