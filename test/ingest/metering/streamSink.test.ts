import { Firehose, PutRecordBatchCommand } from '@aws-sdk/client-firehose';
import { Kinesis, PutRecordsCommand, type PutRecordsCommandInput } from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { describe, expect, it, vi } from 'vitest';
import { firehoseSink, kinesisSink } from '../../../ingest/metering/index.js';

const identity = { namespace: 'platform', pod: 'api-1', podUid: 'uid-1' };
const settings = { region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } };

function envelopes(
  inputs: readonly PutRecordsCommandInput[],
): { log: string; offset: number; file: string; time: string }[] {
  return inputs
    .flatMap(({ Records = [] }) => Records)
    .map(({ Data }) => JSON.parse(Buffer.from(Data as Uint8Array).toString()));
}

describe('kinesisSink', () => {
  it('wraps lines in the envelope of the shared pod, each with a position of its own', async () => {
    const client = new Kinesis(settings);
    const mock = mockClient(client);
    mock.on(PutRecordsCommand).callsFake((input: PutRecordsCommandInput) => ({
      Records: input.Records?.map(() => ({ SequenceNumber: '1', ShardId: '0' })),
    }));
    const sink = kinesisSink({ client, streamName: 'tenantscope-platform', identity });
    sink('{"a":1}');
    sink('{"a":1}');
    await sink.close();
    const sent = envelopes(mock.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input));
    expect(sent).toHaveLength(2);
    expect(sent[0]).toMatchObject({
      schema: 'tenantscope/1',
      tenant_id: '_shared',
      namespace: 'platform',
      pod: 'api-1',
      pod_uid: 'uid-1',
      offset: 0,
      log: '{"a":1}',
    });
    expect(sent[1]?.offset).toBe(8);
    expect(sent[1]?.file).toBe(sent[0]?.file);
  });

  it('stamps the time of the clock it is given', async () => {
    const client = new Kinesis(settings);
    const mock = mockClient(client);
    mock.on(PutRecordsCommand).resolves({ Records: [{ SequenceNumber: '1', ShardId: '0' }] });
    const clock = () => Date.parse('2026-11-24T10:00:00.015Z');
    const sink = kinesisSink({ client, streamName: 's', identity, clock });
    sink('{"a":1}');
    await sink.close();
    const sent = envelopes(mock.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input));
    expect(sent.map(({ time }) => time)).toEqual(['2026-11-24T10:00:00.015Z']);
  });

  it('sends refused entries again, in the same bytes, and nothing else', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const client = new Kinesis(settings);
    const mock = mockClient(client);
    let call = 0;
    mock.on(PutRecordsCommand).callsFake((input: PutRecordsCommandInput) => {
      call += 1;
      if (call === 2) throw Object.assign(new Error('away'), { name: 'TimeoutError' });
      return {
        Records: input.Records?.map((_, place) =>
          call === 1 && place % 2 === 1 ? { ErrorCode: 'ProvisionedThroughputExceededException' } : {},
        ),
      };
    });
    const sink = kinesisSink({ client, streamName: 's', identity });
    for (let n = 0; n < 4; n += 1) sink(`line ${n}`);
    await sink.close();
    const inputs = mock.commandCalls(PutRecordsCommand).map(({ args }) => args[0].input);
    expect(inputs.map(({ Records = [] }) => Records.length)).toEqual([4, 2, 2]);
    expect(envelopes(inputs.slice(2)).map(({ log }) => log)).toEqual(['line 1', 'line 3']);
    vi.restoreAllMocks();
  });

  it('keeps a bounded number of lines, and reports each one it gives up', async () => {
    vi.spyOn(Math, 'random').mockReturnValue(0);
    const client = new Kinesis(settings);
    mockClient(client).on(PutRecordsCommand).rejects(new Error('no such stream'));
    const lost = new Map<string, number>();
    const sink = kinesisSink({
      client,
      streamName: 's',
      identity,
      maxBuffered: 1200,
      onLost: (lines, reason) => lost.set(reason, (lost.get(reason) ?? 0) + lines.length),
    });
    for (let n = 0; n < 2000; n += 1) sink(`line ${n}`);
    await sink.close();
    expect(lost.get('more than 1200 lines are waiting')).toBe(800);
    expect(lost.get('Error: no such stream')).toBe(1200);
    vi.restoreAllMocks();
  });

  it('refuses to start without the identity of the pod', () => {
    const client = new Kinesis(settings);
    expect(() => kinesisSink({ client, streamName: 's' })).toThrow(/POD_NAMESPACE, POD_NAME and POD_UID/);
  });
});

describe('firehoseSink', () => {
  it('sends the same envelopes by PutRecordBatch', async () => {
    const client = new Firehose(settings);
    const mock = mockClient(client);
    mock.on(PutRecordBatchCommand).resolves({ FailedPutCount: 0, RequestResponses: [{ RecordId: '1' }] });
    const sink = firehoseSink({ client, deliveryStreamName: 'platform', identity });
    sink('hello');
    await sink.flush();
    const [input] = mock.commandCalls(PutRecordBatchCommand).map(({ args }) => args[0].input);
    expect(input?.DeliveryStreamName).toBe('platform');
    expect(JSON.parse(Buffer.from(input?.Records?.[0]?.Data as Uint8Array).toString())).toMatchObject({ log: 'hello' });
  });
});
