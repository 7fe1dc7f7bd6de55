import type { KinesisClient, ListShardsCommandOutput, Shard } from '@aws-sdk/client-kinesis';
import { AppError, fullJitter } from '../../model/index.js';
import { judgeAwsError } from '../writers/judgeAwsError.js';

/** Waits after a read that failed. */
const BACKOFF = { baseMs: 200, capMs: 10_000 } as const;

/** Where to begin in a stream. */
export type StartingPoint =
  | { readonly kind: 'latest' }
  | { readonly kind: 'oldest' }
  | { readonly kind: 'at'; readonly time: number };

/** One Kinesis record. */
export interface StreamRecord {
  readonly data: Buffer;
  readonly shard: string;
  readonly sequence: string;
  /** Epoch milliseconds. */
  readonly arrival: number;
}

/** What following needs. Give the client `maxAttempts: 1`. */
export interface FollowOptions {
  readonly client: Pick<KinesisClient, 'send'>;
  readonly stream: string;
  readonly from: StartingPoint;
  readonly signal: AbortSignal;
  readonly sleep: (ms: number) => Promise<void>;
  /** From 0 to below 1. */
  readonly random: () => number;
  /** Wait between two reads of a shard that had nothing. A shard allows five reads a second, shared with Firehose. */
  readonly idleMs?: number;
  /** Tries of one call before the stream counts as away. */
  readonly attempts?: number;
  /** Ends when every shard is read up to what was there, instead of waiting for more. */
  readonly untilCaughtUp?: boolean;
}

/**
 * The records of a stream as they come, from all its shards, each shard in order; a shard that was split or merged goes on
 * in its children. Ends when the signal is aborted. Throws what {@link judgeAwsError} throws, and ENGINE_UNAVAILABLE when
 * the stream cannot be read for long.
 */
export async function* followStream(options: FollowOptions): AsyncGenerator<StreamRecord> {
  const { signal } = options;
  const ready: StreamRecord[][] = [];
  let wake: () => void = () => {};
  let failure: { readonly error: unknown } | undefined;
  const followed = new Set<string>();
  let running = 0;
  let held = 0;
  const follow = (shard: string, from: StartingPoint): void => {
    if (followed.has(shard)) return;
    followed.add(shard);
    running += 1;
    readShard(shard, from, options, async (records) => {
      ready.push(records);
      held += records.length;
      wake();
      // What is not taken yet must not pile up: a slow terminal slows the reading down.
      while (held > 20_000 && !signal.aborted) await options.sleep(50);
    })
      .then((children) => {
        for (const child of children) follow(child, { kind: 'oldest' });
      })
      .catch((error: unknown) => {
        failure ??= { error };
      })
      .finally(() => {
        running -= 1;
        wake();
      });
  };
  const onAbort = (): void => wake();
  signal.addEventListener('abort', onAbort);
  try {
    for (const shard of await firstShards(options)) follow(shard, options.from);
    while (!signal.aborted) {
      const batch = ready.shift();
      if (batch !== undefined) {
        held -= batch.length;
        yield* batch;
      } else if (failure !== undefined) throw failure.error;
      else if (running === 0) return;
      else
        await new Promise<void>((resolve) => {
          wake = resolve;
          if (ready.length > 0 || running === 0 || signal.aborted || failure !== undefined) resolve();
        });
    }
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

/** From now on: the open shards. From the past: those without a parent that is still there; the rest are children. */
async function firstShards(options: FollowOptions): Promise<readonly string[]> {
  const { ListShardsCommand } = await import('@aws-sdk/client-kinesis');
  const shards: Shard[] = [];
  let token: string | undefined;
  do {
    const input = token === undefined ? { StreamName: options.stream } : { NextToken: token };
    const page: ListShardsCommandOutput = await patiently(options, () =>
      options.client.send(new ListShardsCommand(input)),
    );
    shards.push(...(page.Shards ?? []));
    token = page.NextToken;
  } while (token !== undefined);
  const ids = new Set(shards.map(({ ShardId }) => ShardId));
  const isOpen = (shard: Shard): boolean => shard.SequenceNumberRange?.EndingSequenceNumber === undefined;
  const isRoot = ({ ParentShardId, AdjacentParentShardId }: Shard): boolean =>
    !ids.has(ParentShardId) && !ids.has(AdjacentParentShardId);
  return shards.filter(options.from.kind === 'latest' ? isOpen : isRoot).map(({ ShardId = '' }) => ShardId);
}

/** Reads one shard to its end; returns its children. */
async function readShard(
  shard: string,
  from: StartingPoint,
  options: FollowOptions,
  onRecords: (records: StreamRecord[]) => Promise<void>,
): Promise<readonly string[]> {
  const { client, stream, signal, sleep, idleMs = 1000 } = options;
  const { GetRecordsCommand, GetShardIteratorCommand } = await import('@aws-sdk/client-kinesis');
  let last: string | undefined;
  const iteratorFrom = (): Promise<string | undefined> =>
    patiently(options, async () => {
      const at =
        last === undefined
          ? startOf(from)
          : { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER' as const, StartingSequenceNumber: last };
      const answer = await client.send(new GetShardIteratorCommand({ StreamName: stream, ShardId: shard, ...at }));
      return answer.ShardIterator;
    });
  let iterator = await iteratorFrom();
  while (iterator !== undefined && !signal.aborted) {
    const asked = iterator;
    const answer = await patiently(options, async () => {
      try {
        return await client.send(new GetRecordsCommand({ ShardIterator: asked, Limit: 5000 }));
      } catch (error) {
        // An iterator lives five minutes; after a long pause another one goes on at the same place.
        if (error instanceof Error && error.name === 'ExpiredIteratorException') return 'expired' as const;
        throw error;
      }
    });
    if (answer === 'expired') {
      iterator = await iteratorFrom();
      continue;
    }
    const records = (answer.Records ?? []).map((record) => ({
      data: Buffer.from(record.Data ?? []),
      shard,
      sequence: record.SequenceNumber ?? '',
      arrival: record.ApproximateArrivalTimestamp?.getTime() ?? 0,
    }));
    last = records.at(-1)?.sequence ?? last;
    if (records.length > 0) await onRecords(records);
    iterator = answer.NextShardIterator;
    if (iterator === undefined) return (answer.ChildShards ?? []).map(({ ShardId = '' }) => ShardId);
    if (records.length === 0) {
      if (options.untilCaughtUp === true && (answer.MillisBehindLatest ?? 0) === 0) return [];
      await sleep(idleMs);
    } else await sleep(idleMs / 5);
  }
  return [];
}

function startOf(from: StartingPoint) {
  if (from.kind === 'at') return { ShardIteratorType: 'AT_TIMESTAMP', Timestamp: new Date(from.time) } as const;
  return { ShardIteratorType: from.kind === 'latest' ? 'LATEST' : 'TRIM_HORIZON' } as const;
}

async function patiently<T>(options: FollowOptions, call: () => Promise<T>): Promise<T> {
  const { attempts = 10 } = options;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await call();
    } catch (error) {
      const code = judgeAwsError(error, `the Kinesis data stream ${options.stream}`);
      if (attempt >= attempts || options.signal.aborted) {
        throw new AppError('ENGINE_UNAVAILABLE', 'the stream cannot be read', {
          got: `${code}, ${attempt} times`,
          hint: 'each shard allows five reads a second, which Firehose and every tap share',
          cause: error,
        });
      }
      await options.sleep(fullJitter(attempt, BACKOFF, options.random));
    }
  }
}
