import type { ExportRequest } from '../exportPeriod.js';

/** What a close is asked for with. */
export interface CloseRequest extends ExportRequest {
  /** Now, epoch milliseconds: recorded once, when the close begins and when it is approved. */
  readonly clock: () => number;
  /** Dates up to the last of these are over: nothing will be booked on them. Ascending. */
  readonly sealed: readonly string[];
  /** Why hours that are missing for good are accepted; without it a period with such hours is not closed. */
  readonly acceptIncomplete: string | undefined;
  /** Leave usage that was booked after the last sealed date to a correction in a later period. */
  readonly leaveLate: boolean;
}
