import { differingCheckpoints } from './checkpoint/differingCheckpoints.js';
import { type RecomputeOptions, recomputeBookings } from './recomputeBookings.js';

/** What verifying came to. */
export interface LedgerVerification {
  readonly ok: boolean;
  readonly bookings: number;
  /** Bookings, and checkpoints, whose content is not what the log gives, and how. */
  readonly differing: readonly { readonly booking: string; readonly differences: readonly string[] }[];
  /** Bookings and sealed dates that cannot be computed again, since lines of theirs are past their retention. */
  readonly kept: readonly { readonly booking: string; readonly reason: string }[];
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
  differing.push(...(await differingCheckpoints(options.lake)));
  return { ok: differing.length === 0, bookings, differing, kept };
}
