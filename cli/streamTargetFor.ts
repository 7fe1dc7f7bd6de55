import { setTimeout as sleep } from 'node:timers/promises';
import { kinesisTarget, type StreamTarget } from '../ingest/index.js';

/** A Kinesis data stream by name, with the credentials and region of the environment. */
export async function streamTargetFor(stream: string): Promise<StreamTarget> {
  const { KinesisClient } = await import('@aws-sdk/client-kinesis');
  return kinesisTarget(new KinesisClient({ maxAttempts: 1 }), stream);
}

/** The limits of a stream without the stream: takes every record and sends none. For dry runs. */
export function takesAll(target: StreamTarget): StreamTarget {
  return { ...target, put: async (records) => records.map(() => undefined) };
}

/** Time and chance, as the writers and importers take them. */
export const WAITING = { sleep: (ms: number) => sleep(ms), random: () => Math.random() } as const;
