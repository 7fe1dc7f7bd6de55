import type { TenantId } from '../tenant/TenantId.js';
import type { UtcDay } from '../time/UtcDay.js';
import type { Outcome, QuarantineReason } from './quarantineReasons.js';

/**
 * What the transform says about one record beside its answer to Firehose. The answer cannot carry the reason of a
 * quarantine, so metrics, the local journal and conservation are computed from this.
 */
export interface RecordOutcome {
  readonly recordId: string;
  readonly outcome: Outcome;
  /** Set when quarantined. */
  readonly reason?: QuarantineReason;
  /** Partition of an accepted record. */
  readonly tenantId?: TenantId;
  /** Partition of an accepted record: UTC date of arrival. */
  readonly dt?: UtcDay;
  /** Lines found in the record (0 when it cannot be decoded). For an accepted record, lines = events written. */
  readonly lines: number;
  /** Bytes of the record as received, before any decompression. */
  readonly bytes: number;
}
