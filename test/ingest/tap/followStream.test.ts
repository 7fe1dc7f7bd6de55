import { gzipSync } from 'node:zlib';
import {
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
  ListShardsCommand,
  PutRecordsCommand,
} from '@aws-sdk/client-kinesis';
import { mockClient } from 'aws-sdk-client-mock';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { followStream, type StreamRecord, type TapFilter, tapLines } from '../../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../../model/index.js';
import { kplRecord } from '../../transforms/kplRecord.js';
import { type KinesisEmulator, startKinesalite } from '../kinesisEmulator.js';

const quick = { sleep: async () => new Promise<void>((resolve) => setImmediate(resolve)), random: () => 0, idleMs: 1 };
const filter: TapFilter = {
  redact: false,
  registry: buildRegistry({
    tenants: [
      tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] }),
      tenantSchema.parse({ id: 'globex', namespaces: ['tenant-globex'] }),
    ],
  }),
  trust: 'namespace',
  onPlatformStream: false,
};
const envelope = (tenant: string, log: string, namespace = `tenant-${tenant}`): string =>
  JSON.stringify({ tenant_id: tenant, namespace, pod: 'p-1', container: 'app', log });
const recordOf = (data: Buffer | string): StreamRecord => ({
  data: Buffer.from(data),
  shard: 's',
  sequence: '1',
  arrival: Date.UTC(2026, 10, 24),
});
const shown = (data: Buffer | string, over: Partial<TapFilter> = {}) => [
  ...tapLines(recordOf(data), { ...filter, ...over }),
];

describe('followStream, on an emulator', () => {
  let emulator: KinesisEmulator;
  beforeAll(async () => {
    emulator = await startKinesalite();
  });
  afterAll(() => emulator.stop());

  it('reads every record of every shard, each shard in order', async () => {
    await emulator.createStream('three', 3);
    const client = emulator.client();
    for (let call = 0; call < 4; call += 1) {
      const Records = Array.from({ length: 100 }, (_, n) => ({
        Data: Buffer.from(`${call * 100 + n}`),
        PartitionKey: String(n % 7),
      }));
      await client.send(new PutRecordsCommand({ StreamName: 'three', Records }));
    }
    const seen = new Map<string, number[]>();
    const options = {
      client,
      stream: 'three',
      from: { kind: 'oldest' },
      signal: new AbortController().signal,
      ...quick,
    } as const;
    for await (const { shard, data } of followStream({ ...options, untilCaughtUp: true })) {
      seen.set(shard, [...(seen.get(shard) ?? []), Number(data.toString())]);
    }
    expect([...seen.values()].flat().sort((a, b) => a - b)).toEqual(Array.from({ length: 400 }, (_, n) => n));
    expect(seen.size).toBe(3);
    const partition = (value: number): number => (value % 100) % 7;
    for (const values of seen.values()) {
      for (let key = 0; key < 7; key += 1) {
        const ofKey = values.filter((value) => partition(value) === key);
        expect(ofKey).toEqual([...ofKey].sort((a, b) => a - b));
      }
    }
  });

  it('shows what comes after it began, and ends when it is asked to', async () => {
    await emulator.createStream('live', 1);
    const client = emulator.client();
    const put = (text: string) =>
      client.send(
        new PutRecordsCommand({ StreamName: 'live', Records: [{ Data: Buffer.from(text), PartitionKey: 'k' }] }),
      );
    await put('before');
    const stop = new AbortController();
    const seen: string[] = [];
    let reads = 0;
    const watched = {
      send: async (command: never) => {
        const answer = await client.send(command);
        if ((command as object) instanceof GetRecordsCommand && ++reads === 1) await put('after');
        return answer;
      },
    } as unknown as KinesisClient;
    for await (const { data } of followStream({
      client: watched,
      stream: 'live',
      from: { kind: 'latest' },
      signal: stop.signal,
      ...quick,
    })) {
      seen.push(data.toString());
      stop.abort();
    }
    expect(seen).toEqual(['after']);
  });

  it('says that a stream does not exist', async () => {
    const run = async () => {
      const options = {
        client: emulator.client(),
        stream: 'none',
        from: { kind: 'latest' },
        signal: new AbortController().signal,
        ...quick,
      } as const;
      for await (const _ of followStream(options));
    };
    await expect(run()).rejects.toMatchObject({
      code: 'ENGINE_UNAVAILABLE',
      message: expect.stringContaining('does not exist'),
    });
  });
});

describe('followStream, against what an emulator does not do', () => {
  it('goes on in the children of a shard that was split, once each, and after an iterator that expired', async () => {
    const client = new KinesisClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const mock = mockClient(client);
    mock.on(ListShardsCommand).resolves({
      Shards: [
        {
          ShardId: 'parent',
          HashKeyRange: undefined,
          SequenceNumberRange: { StartingSequenceNumber: '1', EndingSequenceNumber: '2' },
        },
        {
          ShardId: 'left',
          ParentShardId: 'parent',
          HashKeyRange: undefined,
          SequenceNumberRange: { StartingSequenceNumber: '3' },
        },
        {
          ShardId: 'right',
          ParentShardId: 'parent',
          HashKeyRange: undefined,
          SequenceNumberRange: { StartingSequenceNumber: '3' },
        },
      ],
    });
    mock.on(GetShardIteratorCommand).callsFake(({ ShardId, ShardIteratorType, StartingSequenceNumber = '' }) => ({
      ShardIterator: `${ShardId} ${ShardIteratorType} ${StartingSequenceNumber}`,
    }));
    const record = (text: string) => ({ Data: Buffer.from(text), SequenceNumber: text, PartitionKey: 'k' });
    let throttles = 2;
    mock.on(GetRecordsCommand).callsFake(({ ShardIterator }) => {
      if (throttles-- > 0) throw Object.assign(new Error('slow'), { name: 'ProvisionedThroughputExceededException' });
      const children = [{ ShardId: 'left' }, { ShardId: 'right' }];
      switch (ShardIterator) {
        case 'parent TRIM_HORIZON ':
          return { Records: [record('p1')], NextShardIterator: 'old' };
        case 'old':
          throw Object.assign(new Error('expired'), {
            name: 'ExpiredIteratorException',
            $fault: 'client',
            $metadata: {},
          });
        case 'parent AFTER_SEQUENCE_NUMBER p1':
          return { Records: [record('p2')], ChildShards: children };
        case 'left TRIM_HORIZON ':
          return { Records: [record('l1')], NextShardIterator: 'left-end', MillisBehindLatest: 1 };
        case 'right TRIM_HORIZON ':
          return { Records: [record('r1')], NextShardIterator: 'right-end', MillisBehindLatest: 1 };
        default:
          return { Records: [], NextShardIterator: ShardIterator, MillisBehindLatest: 0 };
      }
    });
    const seen: string[] = [];
    const options = {
      client,
      stream: 's',
      from: { kind: 'oldest' },
      signal: new AbortController().signal,
      ...quick,
    } as const;
    for await (const { data } of followStream({ ...options, untilCaughtUp: true })) seen.push(data.toString());
    expect(seen.slice(0, 2)).toEqual(['p1', 'p2']);
    expect(seen.slice(2).sort()).toEqual(['l1', 'r1']);
  });

  it('gives up on a stream it can never read', async () => {
    const client = new KinesisClient({ region: 'us-east-1', credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
    const throttled = Object.assign(new Error('slow'), { name: 'ProvisionedThroughputExceededException' });
    mockClient(client).on(ListShardsCommand).rejects(throttled);
    const run = async () => {
      const options = {
        client,
        stream: 's',
        from: { kind: 'latest' },
        signal: new AbortController().signal,
        ...quick,
      } as const;
      for await (const _ of followStream(options));
    };
    await expect(run()).rejects.toThrow(
      /the stream cannot be read: got ProvisionedThroughputExceededException, 10 times/,
    );
  });
});

describe('tapLines', () => {
  it('shows lines of aggregates of every kind, and whose they will be', () => {
    const lines = [envelope('acme', 'one'), envelope('globex', 'two'), envelope('acme', 'three', 'tenant-globex')];
    const ndjson = Buffer.from(lines.map((line) => `${line}\n`).join(''));
    const expected = [
      { tenant_id: 'acme', text: 'one' },
      { tenant_id: 'globex', text: 'two' },
      { tenant_id: undefined, reason: 'identity_mismatch', text: 'three' },
    ];
    const inKpl = kplRecord(lines.map((line) => Buffer.from(line)));
    for (const data of [ndjson, gzipSync(ndjson), inKpl, kplRecord([gzipSync(ndjson)])]) {
      expect(shown(data)).toEqual(expected.map((line) => expect.objectContaining(line)));
    }
  });

  it('shows a tenant nothing another tenant printed, whatever its lines claim', () => {
    const spoofed = [
      envelope('globex', 'x', 'tenant-globex').replace('"log":"x"', '"log":"{\\"tenant_id\\":\\"acme\\"}"'),
      envelope('acme', 'forged', 'tenant-globex'),
      JSON.stringify({ tenant_id: 'acme', log: 'no proof' }),
      envelope('acme', 'mine'),
    ];
    expect(shown(spoofed.join('\n'), { tenant: 'acme' }).map(({ text }) => text)).toEqual(['mine']);
  });

  it('says what cannot be read instead of leaving it out, unless one tenant was asked for', () => {
    expect(shown(Buffer.from([1, 2, 3, 4, 5]))).toMatchObject([{ reason: 'undecodable', text: '(5 bytes)' }]);
    expect(shown(Buffer.from([1, 2, 3, 4, 5]), { tenant: 'acme' })).toEqual([]);
  });

  it('redacts what it is asked to', () => {
    const [line] = shown(envelope('acme', 'mail a@b.io password=hunter22 ok'), { redact: true });
    expect(line?.text).toBe('mail [redacted:email] password=[redacted:secret] ok');
  });
});
