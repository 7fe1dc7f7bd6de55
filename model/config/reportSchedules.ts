import * as z from 'zod';
import { HOUR_MS, parseDuration } from '../time/Window.js';

const mailAddress = z.string().regex(/^[^\s@<>,;"]+@[^\s@<>,;"]+$/, { error: 'expected a mail address' });

const targetSchema = z.union([
  z.strictObject({ folder: z.string().min(1) }),
  z.strictObject({
    s3: z
      .string()
      .regex(/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]\/(?:.*\/)?$/, { error: 'expected s3://bucket/prefix/' }),
  }),
  z.strictObject({ mail: z.array(mailAddress).min(1).max(50) }),
]);

/** Where a scheduled report goes. */
export type ReportTarget = z.output<typeof targetSchema>;

/** Five fields; what they mean is read where schedules are run. */
const CRON = /^[\dA-Za-z*,/#?-]+(?:\s+[\dA-Za-z*,/#?-]+){4}$/;

/** A report that is run at times and delivered. All times are UTC. */
export const reportScheduleSchema = z
  .strictObject({
    name: z.string().regex(/^[a-z][a-z0-9-]{0,62}$/, { error: 'expected a name such as daily-share' }),
    report: z.string().min(1),
    params: z.record(z.string(), z.union([z.string(), z.int()])).default({}),
    /** The window ends at the hour of the scheduled time and is this long. */
    last: z
      .string()
      .refine((text) => (parseDuration(text) ?? 1) % HOUR_MS === 0, { error: 'expected whole hours such as 24h or 7d' })
      .optional(),
    /** The window is the UTC day, the week from Monday or the month that ended last. */
    period: z.enum(['day', 'week', 'month']).optional(),
    at: z.string().regex(CRON, { error: 'expected a cron expression of five fields, UTC, such as 0 6 * * *' }),
    format: z.enum(['table', 'csv', 'tsv', 'json', 'ndjson', 'markdown', 'html']).default('csv'),
    deliver: z.array(targetSchema).min(1),
    /** How long the data of the window is waited for. */
    wait_hours: z.number().min(0).max(744).default(24),
    /** What happens when it did not come in that time: delivered with a warning, or marked as failed. */
    incomplete: z.enum(['deliver', 'fail']).default('deliver'),
    /** Which of the times that passed while nothing ran are made up for. */
    catch_up: z.enum(['last', 'all', 'none']).default('last'),
  })
  .refine(({ last, period }) => (last === undefined) !== (period === undefined), {
    error: 'expected last or period, one of them',
  });

/** A report that is run at times and delivered. */
export type ReportSchedule = z.output<typeof reportScheduleSchema>;
