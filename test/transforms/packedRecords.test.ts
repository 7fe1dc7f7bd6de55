import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { UNPACKED_LIMIT, unpack } from '../../transforms/unpack.js';
import { kplRecord } from './kplRecord.js';
import { transformLines } from './transformLines.js';

const envelope = (n: number, position: boolean): string =>
  `${JSON.stringify({
    tenant_id: 'acme',
    namespace: 'tenant-acme',
    ...(position ? { pod_uid: 'u', file: 'f', offset: n } : {}),
    time: '2026-11-24T11:59:00Z',
    log: `line ${n}`,
  })}\n`;
const lines = (count: number, position = true): string =>
  Array.from({ length: count }, (_, n) => envelope(n, position)).join('');
const ids = async (record: Buffer): Promise<string[]> =>
  (await transformLines([record], 'acme', 'tenant-acme')).events.map(({ event_id }) => event_id);

describe('packed records', () => {
  it.each([
    ['with position', true],
    ['without', false],
  ])('give the events and ids of the same record unpacked, lines %s', async (_name, position) => {
    const text = Buffer.from(lines(200, position));
    const plain = await ids(text);
    expect(new Set(plain).size).toBe(200);
    expect(await ids(gzipSync(text))).toEqual(plain);
    // Several members are one content, as tools that append to a gzip file write it.
    expect(await ids(Buffer.concat([gzipSync(text.subarray(0, 1000)), gzipSync(text.subarray(1000))]))).toEqual(plain);
  });

  it('that hold more than an answer are cut into pieces the stream takes, and no line is lost', async () => {
    const text = Buffer.from(lines(120_000));
    expect(text.length).toBeGreaterThan(10 * 1024 * 1024);
    const packed = gzipSync(text);
    expect(packed.length).toBeLessThan(1024 * 1024);
    const found = await transformLines([packed], 'acme', 'tenant-acme');
    expect(new Set(found.events.map(({ event_id }) => event_id)).size).toBe(120_000);
    expect(found.outcomes.filter(({ outcome }) => outcome === 'quarantined')).toEqual([]);
    for (const { outcome, bytes } of found.outcomes.slice(1))
      expect(outcome === 'reput' || bytes <= 1024 * 1024).toBe(true);
  });

  it('that unpack without end are quarantined before they fill the memory', async () => {
    const bomb = gzipSync(Buffer.alloc(UNPACKED_LIMIT + 1, 0x20));
    expect(unpack(bomb)).toEqual({ ok: false, reason: 'unpacked_too_large' });
    const { outcomes } = await transformLines([bomb], 'acme', 'tenant-acme');
    expect(outcomes).toMatchObject([{ outcome: 'quarantined', reason: 'unpacked_too_large' }]);
  });

  it('that are cut short, or packed as the runtime cannot unpack, say so', () => {
    const packed = gzipSync(Buffer.from(lines(100)));
    expect(unpack(packed.subarray(0, packed.length - 20))).toEqual({ ok: false, reason: 'undecodable' });
    const zstd = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0, 0]);
    expect(unpack(zstd, (bytes) => Buffer.from(`unpacked ${bytes.length}`))).toEqual({
      ok: true,
      bytes: Buffer.from('unpacked 6'),
    });
    const without = process.versions.node.startsWith('20.') ? 'unsupported_encoding' : 'undecodable';
    expect(unpack(zstd)).toEqual({ ok: false, reason: without });
  });

  it("put together by the Kinesis Producer Library give the events and ids of the same lines in Fluent Bit's aggregate", async () => {
    const each = [lines(1), gzipSync(Buffer.from(envelope(1, true))), `${envelope(2, true)}${envelope(3, true)}`];
    const found = await ids(kplRecord(each.map((record) => Buffer.from(record))));
    expect(found).toEqual(await ids(Buffer.from(lines(4))));
    const unplaced = Array.from({ length: 5 }, (_, n) => envelope(n, false));
    expect(await ids(kplRecord(unplaced.map((record) => Buffer.from(record))))).toEqual(
      await ids(
        kplRecord(
          unplaced.map((record) => Buffer.from(record)),
          ['c'],
        ),
      ),
    );
  });

  it('put together by the Kinesis Producer Library for two tenants are split; one that cannot be unpacked is told', async () => {
    const foreign = envelope(1, true).replaceAll('acme', 'other');
    const mixed = kplRecord([Buffer.from(lines(1)), Buffer.from(foreign)]);
    const { events, outcomes } = await transformLines([mixed], 'acme', 'tenant-acme');
    expect(outcomes.map(({ outcome }) => outcome)).toEqual(['reput', 'accepted', 'accepted']);
    expect(events.map(({ body }) => body)).toEqual(['line 0', 'line 1']);
    const cut = gzipSync(Buffer.from(lines(100))).subarray(0, 100);
    const damaged = await transformLines([kplRecord([Buffer.from(lines(1)), cut])], 'acme', 'tenant-acme');
    expect(damaged.outcomes).toMatchObject([{ outcome: 'quarantined', reason: 'undecodable' }]);
  });
});
