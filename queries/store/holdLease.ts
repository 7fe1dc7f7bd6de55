import * as z from 'zod';
import { AppError } from '../../model/index.js';
import type { Cell, ObjectStore } from './ObjectStore.js';

/** Who wants to work alone, on what, and for how long at a time. */
export interface LeaseOptions {
  readonly store: ObjectStore;
  readonly key: string;
  /** Says who holds it, to whoever finds it held. */
  readonly owner: string;
  /** What the holder does, for the same; booking when it is left out. */
  readonly doing?: string;
  /** How long it holds without being renewed, milliseconds. It is renewed three times as often. */
  readonly ttlMs: number;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Waits; ends early, without an error, when the signal is given, also when it was given before. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<unknown>;
}

/** A lease while it is held. */
export interface Lease {
  /** Throws LAKE_BUSY when the lease was lost: somebody else has it, or it could not be renewed in time. */
  check(): void;
}

const leaseSchema = z.strictObject({
  version: z.literal(1),
  owner: z.string(),
  /** Epoch milliseconds by the owner's clock; 0 when it was given back. */
  expires: z.int().nonnegative(),
});

/**
 * Works while holding a lease: one object, created or taken over by a conditional write, renewed while the work lasts,
 * given back at its end. Throws LAKE_BUSY when somebody else holds it.
 *
 * **It saves work, it does not guard.** A holder that is paused past its lease and wakes up still believes in it, and
 * clocks differ between machines; so whatever is done under a lease must be right when two do it. What the holder asks
 * with `check` only makes that rare.
 */
export async function holdLease<T>(options: LeaseOptions, work: (lease: Lease) => Promise<T>): Promise<T> {
  const { clock, ttlMs } = options;
  let held = await take(options);
  let renewedAt = clock();
  let lost = false;
  const done = new AbortController();
  const renewing = (async () => {
    while (!lost) {
      await options.sleep(ttlMs / 3, done.signal);
      if (done.signal.aborted) return;
      const asked = clock();
      try {
        const renewed = await write(options, held, asked + ttlMs);
        if (renewed === undefined) lost = true;
        else [held, renewedAt] = [renewed, asked];
      } catch {
        // The store is away for a moment; the lease is lost only when that lasts.
      }
    }
  })();
  try {
    return await work({
      check: () => {
        if (!lost && clock() < renewedAt + ttlMs) return;
        throw new AppError('LAKE_BUSY', 'the lease on the ledger was lost', {
          where: `${options.store.name}/${options.key}`,
          hint: 'another run has gone on with the work; run it again',
        });
      },
    });
  } finally {
    done.abort();
    await renewing;
    // Best effort: it ends by itself.
    if (!lost) await write(options, held, 0).catch(() => undefined);
  }
}

async function take(options: LeaseOptions): Promise<Cell> {
  const { store, key, clock, ttlMs } = options;
  const seen = await store.readCell(key);
  const now = clock();
  const holder = seen === undefined ? undefined : readLease(seen.text);
  if (holder !== undefined && holder.expires > now) throw busy(options, holder);
  const taken = await write(options, seen, now + ttlMs);
  if (taken !== undefined) return taken;
  const winner = await store.readCell(key);
  throw busy(options, winner === undefined ? undefined : readLease(winner.text));
}

/** The lease as it stands after the write; undefined when somebody else wrote it first. */
function write(
  { store, key, owner }: LeaseOptions,
  seen: Cell | undefined,
  expires: number,
): Promise<Cell | undefined> {
  return store.writeCell(key, `${JSON.stringify({ version: 1, owner, expires })}\n`, seen);
}

/** What cannot be read is nobody's: a lease saves work, and a damaged one must not stop it for ever. */
function readLease(text: string): z.output<typeof leaseSchema> | undefined {
  try {
    return leaseSchema.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function busy(
  { store, key, doing = 'booking' }: LeaseOptions,
  holder: z.output<typeof leaseSchema> | undefined,
): AppError {
  const until = holder === undefined || holder.expires === 0 ? '' : ` until ${new Date(holder.expires).toISOString()}`;
  return new AppError('LAKE_BUSY', `another run is ${doing}`, {
    where: `${store.name}/${key}`,
    got: `${holder?.owner ?? 'somebody else'}${until}`,
    hint: 'wait until it ended, then run it again: what is done is done once',
  });
}
