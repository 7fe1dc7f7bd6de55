import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';

const count = z.int().nonnegative();

/**
 * A retention's entry of the ledger's log: every object of these partitions that was booked by an entry up to `through` is
 * past its retention. Its lines are gone for good, and that is no damage; what was booked stays.
 */
export const retentionSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('retention'),
  number: z.int().positive(),
  expired_at: z.iso.datetime(),
  /** Number of the last entry that counts: objects which later ones booked came after the decision. */
  through: count,
  partitions: z.array(
    z.strictObject({ emitter: z.string(), dt: z.string(), objects: count, rows: count, bytes: count }),
  ),
  /** The identities of the lines, kept with the ledger: a line that comes again much later is still a duplicate. */
  ids: z.strictObject({ object: z.string(), rows: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }).nullable(),
  /** Quarantined records that arrived on dates before it are past their retention too; null when none are. */
  errors_before: utcDaySchema.nullable(),
});

/** A retention's entry of the ledger's log. */
export type Retention = z.output<typeof retentionSchema>;
