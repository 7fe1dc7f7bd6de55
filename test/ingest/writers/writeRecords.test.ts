import { FirehoseClient, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { KinesisClient, PutRecordsCommand } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import fc from 'fast-check';
import { afterEach, describe, expect, it } from 'vitest';
import {
  firehoseTarget,
  kinesisTarget,
  type OutgoingRecord,
  type StreamTarget,
  type Undelivered,
  writeRecords,
} from '../../../ingest/index.js';
import { AppError } from '../../../model/index.js';

const kinesis = mockClient(KinesisClient);
const firehose = mockClient(FirehoseClient);
afterEach(() => {
  kinesis.reset();
  firehose.reset();
});

const client = new KinesisClient({ region: 'us-east-1' });
const record = (text: string, partitionKey = 'k'): OutgoingRecord => ({ data: Buffer.from(text), partitionKey });
const textOf = (data: Uint8Array | undefined) => Buffer.from(data ?? []).toString();

function quickly() {
  const waits: number[] = [];
  const undelivered: Undelivered[] = [];
  const options = {
    sleep: async (ms: number) => {
      waits.push(ms);
    },
    random: () => 0.999,
    onUndelivered: (lost: Undelivered) => {
      undelivered.push(lost);
    },
  };
  return { waits, undelivered, options };
}

/** A stream in memory whose entries fail as told; keeps what it took. */
function fakeStream(fail: (text: string, call: number) => string | undefined, limits: Partial<StreamTarget> = {}) {
  const taken: string[] = [];
  const calls: string[][] = [];
  const state = { inFlight: 0, most: 0 };
  const target: StreamTarget = {
    maxRecords: 3,
    maxCallBytes: 100,
    maxRecordBytes: 50,
    sizeOf: (entry) => entry.data.byteLength,
    put: async (records) => {
      state.inFlight += 1;
      state.most = Math.max(state.most, state.inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      state.inFlight -= 1;
      const texts = records.map((entry) => textOf(entry.data));
      calls.push(texts);
      return texts.map((text) => {
        const error = fail(text, calls.length);
        if (error === undefined) taken.push(text);
        return error;
      });
    },
    ...limits,
  };
  return { target, taken, calls, state };
}

describe('writeRecords', () => {
  it('for any source and any failures: every record is written once or given back, in calls within the limits', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ size: fc.integer({ min: 0, max: 70 }), fails: fc.integer({ min: 0, max: 4 }) }), {
          maxLength: 40,
        }),
        fc.integer({ min: 1, max: 5 }),
        async (plan, concurrency) => {
          const left = new Map(plan.map(({ fails }, index) => [String(index), fails]));
          const stream = fakeStream((text) => {
            const key = text.trimEnd();
            const fails = left.get(key) ?? 0;
            left.set(key, fails - 1);
            return fails > 0 ? 'InternalFailure' : undefined;
          });
          const { undelivered, options } = quickly();
          const source = plan.map(({ size }, index) => record(String(index).padEnd(size)));
          const report = await writeRecords(source, stream.target, { ...options, concurrency, attempts: 3 });
          const seen = [...stream.taken, ...undelivered.map((lost) => textOf(lost.record.data))];
          expect(seen.map((text) => text.trimEnd()).sort()).toEqual(plan.map((_, index) => String(index)).sort());
          expect(report.written).toBe(stream.taken.length);
          expect(report.undelivered).toBe(undelivered.length);
          for (const call of stream.calls) {
            expect(call.length).toBeLessThanOrEqual(3);
            expect(call.join('').length).toBeLessThanOrEqual(100);
          }
          for (const lost of undelivered) {
            expect(lost.reason).toBe(lost.record.data.byteLength > 50 ? 'too_large' : 'InternalFailure');
          }
        },
      ),
    );
  });

  it('sends only the failed entries again, with full-jitter back-off up to its cap', async () => {
    const stream = fakeStream((text, call) => (text === 'b' && call < 5 ? 'InternalFailure' : undefined));
    const { waits, options } = quickly();
    const backoff = { baseMs: 100, capMs: 500 };
    const report = await writeRecords(
      ['a', 'b', 'c'].map((text) => record(text)),
      stream.target,
      { ...options, backoff },
    );
    expect(stream.calls).toEqual([['a', 'b', 'c'], ['b'], ['b'], ['b'], ['b']]);
    expect(waits).toEqual([99, 199, 399, 499]);
    expect(report).toEqual({ written: 3, undelivered: 0, calls: 5, retriedEntries: 4 });
  });

  it('ordered: a call ends, its retries included, before the next begins', async () => {
    const stream = fakeStream((text, call) => (text === 'a' && call < 3 ? 'InternalFailure' : undefined), {
      maxRecords: 1,
    });
    const { options } = quickly();
    await writeRecords(
      ['a', 'b', 'c'].map((text) => record(text)),
      stream.target,
      { ...options, ordered: true },
    );
    expect(stream.calls.flat()).toEqual(['a', 'a', 'a', 'b', 'c']);
  });

  it('a throttling storm keeps memory flat: no more is taken from the source than the calls in flight carry', async () => {
    let throttled = 0;
    const stream = fakeStream(() => {
      throttled += 1;
      return throttled < 2_000 ? 'ProvisionedThroughputExceededException' : undefined;
    });
    let pulled = 0;
    let furthest = 0;
    async function* source() {
      for (; pulled < 500; pulled += 1) {
        furthest = Math.max(furthest, pulled - stream.taken.length);
        yield record(String(pulled));
      }
    }
    const { options } = quickly();
    const report = await writeRecords(source(), stream.target, { ...options, concurrency: 2, attempts: 10_000 });
    expect(report).toMatchObject({ written: 500, undelivered: 0 });
    expect(stream.state.most).toBe(2);
    expect(furthest).toBeLessThanOrEqual(4 * 3);
  });

  it('ends at once, with the target’s error, when nothing can get through', async () => {
    const { target, calls } = fakeStream(() => undefined);
    const gone = { ...target, put: async () => Promise.reject(new AppError('ENGINE_UNAVAILABLE', 'gone')) };
    let pulled = 0;
    function* source() {
      for (; pulled < 1_000; pulled += 1) yield record('x');
    }
    await expect(writeRecords(source(), gone, quickly().options)).rejects.toThrow('gone');
    expect(pulled).toBeLessThan(100);
    expect(calls).toEqual([]);
  });

  it('stops taking from the source when asked to', async () => {
    const stop = new AbortController();
    const stream = fakeStream(() => {
      stop.abort();
      return undefined;
    });
    const source = Array.from({ length: 300 }, (_, index) => record(String(index)));
    await expect(writeRecords(source, stream.target, { ...quickly().options, signal: stop.signal })).rejects.toThrow();
    expect(stream.taken.length).toBeLessThan(100);
  });
});

describe('kinesisTarget', () => {
  it('puts data and keys, and reads each entry’s own result', async () => {
    kinesis
      .on(PutRecordsCommand)
      .resolvesOnce({ FailedRecordCount: 1, Records: [{ SequenceNumber: '1' }, { ErrorCode: 'InternalFailure' }] })
      .resolves({ FailedRecordCount: 0, Records: [{ SequenceNumber: '2' }] });
    const { options } = quickly();
    const report = await writeRecords([record('a', 'x'), record('b', 'y')], kinesisTarget(client, 's'), options);
    expect(report).toMatchObject({ written: 2, undelivered: 0 });
    const sent = kinesis.commandCalls(PutRecordsCommand).map((call) => call.args[0].input);
    expect(sent.map((input) => input.StreamName)).toEqual(['s', 's']);
    const entries = sent.map((input) => input.Records?.map((entry) => [textOf(entry.Data), entry.PartitionKey]));
    expect(entries).toEqual([
      [
        ['a', 'x'],
        ['b', 'y'],
      ],
      [['b', 'y']],
    ]);
  });

  it('splits at 500 records and at 10 MiB with keys', async () => {
    kinesis
      .on(PutRecordsCommand)
      .callsFake((input: { Records: unknown[] }) => ({ Records: input.Records.map(() => ({})) }));
    const target = kinesisTarget(client, 's');
    const { options } = quickly();
    await writeRecords(
      Array.from({ length: 1_001 }, () => record('x')),
      target,
      { ...options, ordered: true },
    );
    const big = { data: Buffer.alloc(1024 * 1024 - 1), partitionKey: 'k' };
    await writeRecords(
      Array.from({ length: 11 }, () => big),
      target,
      { ...options, ordered: true },
    );
    const sizes = kinesis.commandCalls(PutRecordsCommand).map((call) => call.args[0].input.Records?.length);
    expect(sizes).toEqual([500, 500, 1, 10, 1]);
  });

  it.each([
    ['too_large', { data: Buffer.alloc(1024 * 1024), partitionKey: 'k' }],
    ['invalid_partition_key', record('x', '')],
    ['invalid_partition_key', record('x', 'k'.repeat(257))],
  ])('gives back a record that is %s without a call', async (reason, bad) => {
    const { options, undelivered } = quickly();
    await writeRecords([bad], kinesisTarget(client, 's'), options);
    expect(undelivered).toEqual([{ record: bad, reason }]);
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(0);
  });

  it('tries again what an answer says nothing about', async () => {
    kinesis
      .on(PutRecordsCommand)
      .resolvesOnce({ Records: [] })
      .resolves({ Records: [{}] });
    expect(await writeRecords([record('a')], kinesisTarget(client, 's'), quickly().options)).toMatchObject({
      written: 1,
      calls: 2,
    });
  });

  const awsError = (name: string, status = 400) =>
    Object.assign(new Error(`said ${name}`), { name, $fault: 'client', $metadata: { httpStatusCode: status } });

  it.each([
    awsError('ProvisionedThroughputExceededException'),
    awsError('KMSThrottlingException'),
    awsError('LimitExceededException'),
    awsError('InternalFailureException', 500),
    awsError('SomethingNew', 503),
    Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }),
    Object.assign(new Error('slow'), { name: 'TimeoutError' }),
  ])('tries again after %s', async (error) => {
    kinesis
      .on(PutRecordsCommand)
      .rejectsOnce(error)
      .resolves({ Records: [{}] });
    expect(await writeRecords([record('a')], kinesisTarget(client, 's'), quickly().options)).toMatchObject({
      written: 1,
      calls: 2,
    });
  });

  it.each([
    ['ResourceNotFoundException', 'ENGINE_UNAVAILABLE', /the Kinesis data stream s does not exist/],
    ['ExpiredTokenException', 'PERMISSION_DENIED', /credentials are missing, wrong or expired/],
    ['UnrecognizedClientException', 'PERMISSION_DENIED', /credentials are missing, wrong or expired/],
    ['CredentialsProviderError', 'PERMISSION_DENIED', /credentials are missing, wrong or expired/],
    ['AccessDeniedException', 'PERMISSION_DENIED', /AWS refused the call/],
    ['KMSAccessDeniedException', 'PERMISSION_DENIED', /AWS refused the call/],
    ['KMSDisabledException', 'PERMISSION_DENIED', /AWS refused the call/],
    ['KMSInvalidStateException', 'PERMISSION_DENIED', /AWS refused the call/],
    ['KMSNotFoundException', 'PERMISSION_DENIED', /AWS refused the call/],
    ['KMSOptInRequired', 'PERMISSION_DENIED', /AWS refused the call/],
    ['InvalidArgumentException', 'INPUT_INVALID', /did not take the request/],
  ])('%s ends the write as %s', async (name, code, said) => {
    kinesis.on(PutRecordsCommand).rejects(awsError(name));
    const failed = writeRecords([record('a')], kinesisTarget(client, 's'), quickly().options);
    await expect(failed).rejects.toMatchObject({ code });
    await expect(failed).rejects.toThrow(said);
    expect(kinesis.commandCalls(PutRecordsCommand)).toHaveLength(1);
  });

  it('gives back what still fails after its last try', async () => {
    kinesis.on(PutRecordsCommand).resolves({ FailedRecordCount: 1, Records: [{ ErrorCode: 'InternalFailure' }] });
    const { options, undelivered } = quickly();
    const report = await writeRecords([record('a')], kinesisTarget(client, 's'), { ...options, attempts: 3 });
    expect(report).toEqual({ written: 0, undelivered: 1, calls: 3, retriedEntries: 2 });
    expect(undelivered[0]?.reason).toBe('InternalFailure');
  });
});

describe('firehoseTarget', () => {
  const target = firehoseTarget(new FirehoseClient({ region: 'us-east-1' }), 'f');

  it('has the same contract: failed entries again, 500 records and 4 MiB a call, 1,024,000 bytes a record', async () => {
    let calls = 0;
    firehose.on(PutRecordBatchCommand).callsFake((input: { Records: unknown[] }) => {
      calls += 1;
      const failsFirst = (place: number) => calls === 1 && place === 0;
      return {
        RequestResponses: input.Records.map((_, place) =>
          failsFirst(place) ? { ErrorCode: 'ServiceUnavailableException' } : { RecordId: 'r' },
        ),
      };
    });
    const { options, undelivered } = quickly();
    expect(await writeRecords([record('a'), record('b')], target, options)).toMatchObject({ written: 2, calls: 2 });
    const big = { data: Buffer.alloc(1_024_000), partitionKey: 'k' };
    await writeRecords([big, big, big, big, big], target, { ...options, ordered: true });
    await writeRecords([{ data: Buffer.alloc(1_024_001), partitionKey: 'k' }], target, options);
    expect(undelivered.map((lost) => lost.reason)).toEqual(['too_large']);
    const sizes = firehose.commandCalls(PutRecordBatchCommand).map((call) => call.args[0].input.Records?.length);
    expect(sizes).toEqual([2, 1, 4, 1]);
  });

  it('names the stream that does not exist', async () => {
    firehose.on(PutRecordBatchCommand).rejects(Object.assign(new Error('x'), { name: 'ResourceNotFoundException' }));
    await expect(writeRecords([record('a')], target, quickly().options)).rejects.toThrow(
      /the Firehose stream f does not exist/,
    );
  });
});
