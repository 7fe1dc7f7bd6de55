import { createRequire } from 'node:module';
import type { AddressInfo } from 'node:net';
import {
  CreateStreamCommand,
  DescribeStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  KinesisClient,
} from '@aws-sdk/client-kinesis';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const require = createRequire(import.meta.url);

/** A record as a stream holds it. */
export interface StoredRecord {
  readonly data: Buffer;
  readonly shard: string;
  readonly sequence: string;
  /** Epoch milliseconds. */
  readonly arrival: number;
}

/** A running Kinesis emulator. */
export interface KinesisEmulator {
  readonly port: number;
  readonly client: () => KinesisClient;
  /** Makes a stream and waits until it can be used. */
  readonly createStream: (name: string, shards: number) => Promise<void>;
  /** Everything in a stream, by shard, in order. */
  readonly readAll: (name: string) => Promise<readonly StoredRecord[]>;
  readonly stop: () => Promise<void>;
}

/** kinesalite, in memory, on the loopback address. It speaks HTTP/1.1 only, so the client is given a handler that does. */
export async function startKinesalite(): Promise<KinesisEmulator> {
  const kinesalite = require('kinesalite') as (options: object) => import('node:http').Server;
  const server = kinesalite({ createStreamMs: 0, deleteStreamMs: 0, updateStreamMs: 0, shardLimit: 100 });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const client = (): KinesisClient =>
    new KinesisClient({
      endpoint: `http://127.0.0.1:${port}`,
      region: 'us-east-1',
      credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
      maxAttempts: 1,
      requestHandler: new NodeHttpHandler(),
    });
  const own = client();
  const describe = (StreamName: string) => own.send(new DescribeStreamCommand({ StreamName }));
  return {
    port,
    client,
    createStream: async (name, shards) => {
      await own.send(new CreateStreamCommand({ StreamName: name, ShardCount: shards }));
      while ((await describe(name)).StreamDescription?.StreamStatus !== 'ACTIVE')
        await new Promise((resolve) => setTimeout(resolve, 5));
    },
    readAll: async (name) => {
      const found: StoredRecord[] = [];
      for (const { ShardId } of (await describe(name)).StreamDescription?.Shards ?? []) {
        const start = { StreamName: name, ShardId, ShardIteratorType: 'TRIM_HORIZON' } as const;
        let { ShardIterator: iterator } = await own.send(new GetShardIteratorCommand(start));
        for (let behind = 1; iterator !== undefined && behind > 0; ) {
          const page = await own.send(new GetRecordsCommand({ ShardIterator: iterator }));
          for (const { Data = [], SequenceNumber = '', ApproximateArrivalTimestamp } of page.Records ?? []) {
            const arrival = ApproximateArrivalTimestamp?.getTime() ?? 0;
            found.push({ data: Buffer.from(Data), shard: ShardId ?? '', sequence: SequenceNumber, arrival });
          }
          behind = page.Records?.length ?? 0;
          iterator = page.NextShardIterator;
        }
      }
      return found;
    },
    stop: async () => {
      own.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
