import type { RegistryFailure } from '../registry/CachedRegistry.js';
import type { BatchSummary } from './BatchSummary.js';

/** A batch that was answered. */
export interface AnsweredBatch {
  readonly summary: BatchSummary;
  readonly invocationId: string;
  readonly registryVersion: string;
  readonly durationMs: number;
}

/** How the transform tells about itself. What a tenant printed never reaches it. */
export interface Telemetry {
  /** A batch was answered. One that fails half-way is not reported here: its next attempt is. */
  batchAnswered(batch: AnsweredBatch): void;
  /** The registry could not be refreshed; the last good one goes on. */
  registryFailed(failure: RegistryFailure): void;
  /** A batch got no answer; Firehose sends it again. */
  batchFailed(error: unknown): void;
}
