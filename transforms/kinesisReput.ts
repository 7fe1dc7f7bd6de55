import type { KinesisClient } from '@aws-sdk/client-kinesis';
import pLimit from 'p-limit';
import type { Reput, ReputPiece } from './Reput.js';

/** PutRecords takes at most 500 records and 10 MiB a call; half of that leaves room for keys and encoding. */
const CALL_RECORDS = 500;
const CALL_BYTES = 5 * 1024 * 1024;
const ATTEMPTS = 4;
const CALLS_IN_FLIGHT = 4;

/**
 * Re-puts over a Kinesis data stream. Only entries that failed are tried again, with exponential back-off; what still
 * fails is answered with false.
 *
 * @param sleep waits so many milliseconds; passed in so that tests do not wait
 */
export function kinesisReput(client: KinesisClient, streamName: string, sleep: (ms: number) => Promise<void>): Reput {
  const limit = pLimit(CALLS_IN_FLIGHT);
  return async (pieces) => {
    const taken = pieces.map(() => false);
    let left = pieces.map((_, index) => index);
    for (let attempt = 0; attempt < ATTEMPTS && left.length > 0; attempt += 1) {
      if (attempt > 0) await sleep(100 * 2 ** (attempt - 1));
      const calls = intoCalls(left, pieces);
      const failed = await Promise.all(calls.map((call) => limit(() => put(client, streamName, call, pieces))));
      for (const index of left) taken[index] = true;
      left = failed.flat();
      for (const index of left) taken[index] = false;
    }
    return taken;
  };
}

async function put(
  client: KinesisClient,
  streamName: string,
  call: readonly number[],
  pieces: readonly ReputPiece[],
): Promise<readonly number[]> {
  const entries = call.flatMap((index) => {
    const piece = pieces[index];
    return piece === undefined ? [] : [{ Data: piece.data, PartitionKey: piece.partitionKey }];
  });
  // Loaded when it is needed: few records are split.
  const { PutRecordsCommand } = await import('@aws-sdk/client-kinesis');
  try {
    const answer = await client.send(new PutRecordsCommand({ StreamName: streamName, Records: entries }));
    return call.filter((_, place) => answer.Records?.[place]?.ErrorCode !== undefined);
  } catch {
    // The whole call failed: every entry counts as not taken, and the parent's quarantine reports it.
    return call;
  }
}

function intoCalls(indexes: readonly number[], pieces: readonly ReputPiece[]): number[][] {
  const calls: number[][] = [];
  let bytes = 0;
  for (const index of indexes) {
    const size = pieces[index]?.data.length ?? 0;
    const current = calls.at(-1);
    if (current === undefined || current.length >= CALL_RECORDS || bytes + size > CALL_BYTES) {
      calls.push([index]);
      bytes = size;
    } else {
      current.push(index);
      bytes += size;
    }
  }
  return calls;
}
