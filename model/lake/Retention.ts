import * as z from 'zod';

const count = z.int().nonnegative();

/**
 * A retention's entry of the ledger's log: from here on every object of these partitions that an entry before this one
 * booked is past its retention. Its lines are gone for good, and that is no damage; what was booked stays.
 */
export const retentionSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('retention'),
  number: z.int().positive(),
  expired_at: z.iso.datetime(),
  partitions: z
    .array(z.strictObject({ emitter: z.string(), dt: z.string(), objects: count, rows: count, bytes: count }))
    .min(1),
  /** The identities of the lines, kept with the ledger: a line that comes again much later is still a duplicate. */
  ids: z.strictObject({ object: z.string(), rows: count, sha256: z.string().regex(/^[0-9a-f]{64}$/) }),
});

/** A retention's entry of the ledger's log. */
export type Retention = z.output<typeof retentionSchema>;
