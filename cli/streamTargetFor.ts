import { setTimeout as sleep } from 'node:timers/promises';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { kinesisTarget, type StreamTarget } from '../ingest/index.js';

/** A Kinesis data stream by name, with the credentials and region of the environment. */
export function streamTargetFor(stream: string): StreamTarget {
  return kinesisTarget(new KinesisClient({ maxAttempts: 1 }), stream);
}

/** Time and chance, as the writers and importers take them. */
export const WAITING = { sleep: (ms: number) => sleep(ms), random: () => Math.random() } as const;
