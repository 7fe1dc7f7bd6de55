import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';

/**
 * One entry of the ledger's log (design decision 10): the lake objects one booking takes. Created by one conditional
 * write, so each number has one winner; whoever writes number N has read 1 to N-1, so no object is taken twice.
 */
export const manifestSchema = z.strictObject({
  version: z.literal(1),
  number: z.int().positive(),
  /** UTC date the rows are booked on. */
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
      }),
    )
    .min(1),
});

/** One entry of the ledger's log. */
export type Manifest = z.output<typeof manifestSchema>;
