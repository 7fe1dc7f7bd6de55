import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';
import { compactionSchema } from './Compaction.js';
import { erasureSchema } from './Erasure.js';
import { retentionSchema } from './Retention.js';

const number = z.int().positive();

/**
 * A booking's entry of the ledger's log (design decision 10): the lake objects it takes. Whoever claims number N has read
 * 1 to N-1, so no object is taken twice.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('booking'),
  number,
  /** UTC date the rows are booked on: never before that of an earlier entry, never a date that is sealed. */
  booked_date: utcDaySchema,
  objects: z
    .array(
      z.strictObject({
        /** Path relative to the lake. */
        object: z.string(),
        emitter: z.string(),
        dt: z.string(),
        rows: z.int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
        /** Least and greatest id_hour in the object (ISO instants): where its duplicates can lie. */
        id_hour_min: z.string().nullable(),
        id_hour_max: z.string().nullable(),
        /** Event hours in the object (ISO instants), ascending. */
        event_hours: z.array(z.string()),
        /**
         * Version of the event table whose columns it has, all of them and of their types; 0 when some are missing or
         * narrower. Absent where nobody looked, which is read as 0.
         */
        schema_version: z.int().nonnegative().optional(),
      }),
    )
    .min(1),
});

/** A booking's entry of the ledger's log. */
export type Manifest = z.output<typeof manifestSchema>;

/**
 * The end of a date: everything booked on it was claimed before this entry, and nothing will be booked on it, or on an
 * earlier date, after it. Its bookings can be merged into one of equal content.
 */
const sealSchema = z.strictObject({
  version: z.literal(1),
  kind: z.literal('seal'),
  number,
  booked_date: utcDaySchema,
});

/** One entry of the ledger's log. Created by one conditional write, so each number has one winner. */
export const logEntrySchema = z.discriminatedUnion('kind', [
  manifestSchema,
  sealSchema,
  compactionSchema,
  retentionSchema,
  erasureSchema,
]);

/** One entry of the ledger's log. */
export type LogEntry = z.output<typeof logEntrySchema>;
