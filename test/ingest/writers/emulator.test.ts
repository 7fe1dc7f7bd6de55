import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { kinesisTarget, type OutgoingRecord, type Undelivered, writeRecords } from '../../../ingest/index.js';
import { type KinesisEmulator, startKinesalite } from '../kinesisEmulator.js';

let emulator: KinesisEmulator;
beforeAll(async () => {
  emulator = await startKinesalite();
});
afterAll(() => emulator.stop());

const options = { sleep: async () => {}, random: () => 0 };
const hash = (data: Uint8Array): string => createHash('sha256').update(data).digest('hex');
const record = (data: Buffer, partitionKey = hash(data)): OutgoingRecord => ({ data, partitionKey });

describe('writeRecords to a Kinesis emulator', () => {
  it('stores every record with exactly its bytes, over call and record limits', async () => {
    await emulator.createStream('bytes', 4);
    const records = [
      ...Array.from({ length: 1300 }, (_, n) => record(Buffer.from(`line ${n} é\u0000\n`))),
      ...Array.from({ length: 6 }, () => record(randomBytes(1_000_000))),
      record(Buffer.alloc(1024 * 1024 - 64, 1)),
    ];
    // The emulator takes 7 MiB a request, the service 10.
    const target = { ...kinesisTarget(emulator.client(), 'bytes'), maxCallBytes: 5 * 1024 * 1024 };
    const report = await writeRecords(records, target, options);
    expect(report).toMatchObject({ written: records.length, undelivered: 0 });
    const stored = await emulator.readAll('bytes');
    expect(stored.map(({ data }) => hash(data)).sort()).toEqual(records.map(({ data }) => hash(data)).sort());
  });

  it('keeps the order of calls within a shard when asked to', async () => {
    await emulator.createStream('ordered', 1);
    const records = Array.from({ length: 1700 }, (_, n) => record(Buffer.from(String(n)), 'one'));
    await writeRecords(records, kinesisTarget(emulator.client(), 'ordered'), { ...options, ordered: true });
    const stored = (await emulator.readAll('ordered')).map(({ data }) => Number(data.toString()));
    expect(stored).toEqual(Array.from({ length: 1700 }, (_, n) => n));
  });

  it('gives back a record the stream would never take, and sends the others', async () => {
    await emulator.createStream('limits', 1);
    const undelivered: Undelivered[] = [];
    const records = [record(Buffer.from('a')), record(Buffer.alloc(1024 * 1024 + 1)), record(Buffer.from('b'), '')];
    const report = await writeRecords(records, kinesisTarget(emulator.client(), 'limits'), {
      ...options,
      onUndelivered: (lost) => {
        undelivered.push(lost);
      },
    });
    expect(report).toMatchObject({ written: 1, undelivered: 2 });
    expect(undelivered.map(({ reason }) => reason)).toEqual(['too_large', 'invalid_partition_key']);
    expect(await emulator.readAll('limits')).toHaveLength(1);
  });

  it('says that a stream does not exist', async () => {
    const run = writeRecords([record(Buffer.from('a'))], kinesisTarget(emulator.client(), 'none'), options);
    await expect(run).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('does not exist'),
    });
  });
});
