import type { DeliverySummary } from '../delivery/runDelivery.js';
import type { WriteReport } from '../writers/StreamTarget.js';

/** Where imported records go. */
export interface ImportSink {
  /** Takes the envelopes of one content, as JSON texts. `key` is the content's identity. */
  write(key: string, envelopes: AsyncIterable<string>): Promise<void>;
  /** Ends the import; says what became of the records. */
  finish(): Promise<ImportResult>;
  /** Gives up what is not delivered yet. */
  abandon(): Promise<void>;
}

/** What became of imported records. */
export interface ImportResult {
  /** Into a lake: one summary per delivery. */
  readonly deliveries?: readonly DeliverySummary[];
  /** Into a stream. */
  readonly written?: WriteReport;
}
