import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { beforeEach, describe, expect, it } from 'vitest';
import type { FirehoseRecord } from '../../model/index.js';
import { kinesisReput } from '../../transforms/index.js';

const kinesis = mockClient(KinesisClient);
const parent: FirehoseRecord = { recordId: 'r', approximateArrivalTimestamp: 0, data: '' };
const pieces = (count: number, size = 1) =>
  Array.from({ length: count }, (_, index) => ({ data: Buffer.alloc(size), partitionKey: `k${index}` }));

beforeEach(() => kinesis.reset());

describe('kinesisReput', () => {
  it('keeps within the records and bytes of one call', async () => {
    kinesis.on(PutRecordsCommand).callsFake((input) => ({ Records: input.Records.map(() => ({})) }));
    const reput = kinesisReput(new KinesisClient({ region: 'eu-west-1' }), 's', async () => undefined);
    expect((await reput(pieces(1100), parent)).every(Boolean)).toBe(true);
    await reput(pieces(12, 1024 * 1024), parent);
    const calls = kinesis.commandCalls(PutRecordsCommand).map((call) => call.args[0].input.Records?.length);
    expect(calls).toEqual([500, 500, 100, 5, 5, 2]);
  });

  it('tries again only what failed, with growing waits, and answers which pieces were taken', async () => {
    const waits: number[] = [];
    kinesis.on(PutRecordsCommand).callsFake((input) => ({
      Records: input.Records.map((record: { PartitionKey: string }) =>
        record.PartitionKey === 'k1' ? { ErrorCode: 'ProvisionedThroughputExceededException' } : {},
      ),
    }));
    const reput = kinesisReput(new KinesisClient({ region: 'eu-west-1' }), 's', async (ms) => {
      waits.push(ms);
    });
    expect(await reput(pieces(3), parent)).toEqual([true, false, true]);
    expect(kinesis.commandCalls(PutRecordsCommand).map((call) => call.args[0].input.Records?.length)).toEqual([
      3, 1, 1, 1,
    ]);
    expect(waits).toEqual([100, 200, 400]);
  });

  it('does not throw when the whole call fails', async () => {
    kinesis.on(PutRecordsCommand).rejects(new Error('ResourceNotFoundException'));
    const reput = kinesisReput(new KinesisClient({ region: 'eu-west-1' }), 's', async () => undefined);
    expect(await reput(pieces(2), parent)).toEqual([false, false]);
  });
});
