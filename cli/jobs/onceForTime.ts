import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import * as z from 'zod';
import { AppError, isoInstant } from '../../model/index.js';
import { holdLease, type ObjectStore } from '../../queries/index.js';

/** Which run of which job this is. */
export interface ScheduledRun {
  readonly store: ObjectStore;
  readonly job: string;
  /** Epoch milliseconds; undefined for a run by hand, which is always made. */
  readonly scheduledAt: number | undefined;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
}

/** A run that had nothing to do: what it was scheduled for is done. */
export interface Skipped {
  readonly skipped: string;
}

/** When the last run that went through began, epoch milliseconds. */
const doneSchema = z.strictObject({ version: z.literal(1), began: z.int().nonnegative() });

/** How long a run that was killed keeps others out, at most, milliseconds. */
const LEASE_MS = 120_000;
const TRIES = 20;

/**
 * Does a job once for the time it was scheduled for: a schedule may start a run twice, and runs that waited for a long one are
 * many. A run that began at or after that time has done it, and then nothing is done. Only a run that went through counts. Throws
 * what the work throws, and LAKE_BUSY while another run of the job is at it.
 */
export function onceForTime<T>(run: ScheduledRun, work: () => Promise<T>): Promise<T | Skipped> {
  const { store, job, scheduledAt, clock } = run;
  const key = `jobs/${job}.json`;
  const lease = {
    ...{
      store,
      clock,
      key: `jobs/${job}-lease.json`,
      owner: randomUUID(),
      doing: `running the ${job} job`,
      ttlMs: LEASE_MS,
    },
    sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
  };
  return holdLease(lease, async () => {
    const began = clock();
    const last = beganOf(await store.readCell(key));
    if (scheduledAt !== undefined && last !== undefined && last >= scheduledAt) {
      return { skipped: `a run that began ${isoInstant(last)} has done what was due ${isoInstant(scheduledAt)}` };
    }
    const result = await work();
    await note(store, key, Math.max(began, scheduledAt ?? began));
    return result;
  });
}

/** What cannot be read means that the job is done again, which does no harm. */
function beganOf(cell: { readonly text: string } | undefined): number | undefined {
  try {
    return cell === undefined ? undefined : doneSchema.parse(JSON.parse(cell.text)).began;
  } catch {
    return undefined;
  }
}

/** Never back in time: a run that slept past its lease may end after another. */
async function note(store: ObjectStore, key: string, began: number): Promise<void> {
  for (let tried = 0; tried < TRIES; tried += 1) {
    const seen = await store.readCell(key);
    if ((beganOf(seen) ?? -1) >= began) return;
    if ((await store.writeCell(key, `${JSON.stringify({ version: 1, began })}\n`, seen)) !== undefined) return;
  }
  throw new AppError('LAKE_BUSY', 'others write when this job ran all the time', { where: `${store.name}/${key}` });
}
