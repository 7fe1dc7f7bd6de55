import { readJournal } from '../lake/readJournal.js';
import { localStore } from '../store/localStore.js';
import { type DifferingCheckpoint, differingCheckpoints } from './checkpoint/differingCheckpoints.js';
import { type RecomputeOptions, recomputeBookings } from './recomputeBookings.js';

/** What verifying came to. */
export interface LedgerVerification {
  readonly ok: boolean;
  readonly bookings: number;
  /** Bookings whose content is not what their manifest gives, and how. */
  readonly differing: readonly { readonly booking: string; readonly differences: readonly string[] }[];
  /** Bookings and sealed dates that cannot be computed again, since lines of theirs are past their retention. */
  readonly kept: readonly { readonly booking: string; readonly reason: string }[];
  /** Checkpoints that a build would go by and that do not say what log and journal say, and how. */
  readonly checkpoints?: readonly DifferingCheckpoint[];
}

/** Computes every booking, and every checkpoint, again from the log and compares; changes nothing. Throws LAKE_NOT_FOUND, LAKE_DAMAGED. */
export async function verifyLedger(options: RecomputeOptions): Promise<LedgerVerification> {
  let bookings = 0;
  const differing: { booking: string; differences: readonly string[] }[] = [];
  const kept: { booking: string; reason: string }[] = [];
  await recomputeBookings(options, async ({ folder, differences, kept: reason }) => {
    bookings += 1;
    if (reason !== undefined) kept.push({ booking: folder, reason });
    if (differences.length > 0) differing.push({ booking: folder, differences });
  });
  const checkpoints = await differingCheckpoints(localStore(options.lake), () => readJournal(options.lake));
  const ok = differing.length + checkpoints.length === 0;
  return { ok, bookings, differing, kept, ...(checkpoints.length === 0 ? {} : { checkpoints }) };
}
