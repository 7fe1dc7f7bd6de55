import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';

const count = z.int().nonnegative();
const sha256 = z.string().regex(/^[0-9a-f]{64}$/);

/** A lake object as it was when it was rewritten: a delivered one, or one that an earlier compaction wrote. */
const replacedObjectSchema = z.strictObject({ object: z.string(), rows: count, sha256 });

/** An object that took the place of others. Its rows carry where each came from ({@link ORIGIN_COLUMNS}). */
const compactedObjectSchema = z.strictObject({
  object: z.string(),
  rows: count,
  bytes: count,
  sha256,
  /** Version of the event table whose columns it has. */
  schema_version: count,
});

/**
 * A compaction's entry of the ledger's log: which objects took the place of which, a partition at a time. It is written
 * before the new objects are put in place, so it counts for a partition only while all of these are there; until then, and
 * until a grace period after `compacted_at` has passed, the old ones are.
 */
export const compactionSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('compaction'),
  number: z.int().positive(),
  compacted_at: z.iso.datetime(),
  /** Arrival dates before it are read from the compacted prefix; null while only single tenants were compacted. */
  cut: utcDaySchema.nullable(),
  partitions: z.array(
    z.strictObject({
      emitter: z.string(),
      dt: z.string(),
      from: z.array(replacedObjectSchema).min(1),
      to: z.array(compactedObjectSchema).min(1),
    }),
  ),
});

/** A compaction's entry of the ledger's log. */
export type Compaction = z.output<typeof compactionSchema>;

/** One partition of a compaction: what was rewritten, and into what. */
export type CompactedPartition = Compaction['partitions'][number];
