import * as z from 'zod';

/**
 * How completeness is judged (design decision 12). The defaults: a heartbeat comes every minute, one that falls on a minute's
 * edge can leave a minute out, and an agent that is started again is silent for up to two; Firehose delivers an arrival up to
 * 1.5 times its buffer interval later (300 s by default), and the ledger books every five minutes.
 */
export const completenessSchema = z.strictObject({
  /** Minutes in a row without a heartbeat that are not yet silence. */
  silent_minutes: z.int().min(1).max(30).default(3),
  /** How long a pod that is not heard any more, or a line that was sent, is waited for, in minutes of arrival. */
  grace_minutes: z.int().min(1).max(1440).default(15),
});

/** How completeness is judged. */
export type CompletenessSettings = z.output<typeof completenessSchema>;

/** What holds where the project file says nothing. */
export const DEFAULT_COMPLETENESS: CompletenessSettings = completenessSchema.parse({});
