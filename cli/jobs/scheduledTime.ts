import * as z from 'zod';
import { AppError } from '../../model/index.js';

/** As EventBridge Scheduler writes `<aws.scheduler.scheduled-time>`. */
const instant = z.iso.datetime({ offset: true });

const scheduledSchema = z.object({ scheduled_at: instant.optional(), period: z.unknown().optional() });
/** What a function before it passes on, as Lambda wraps it. */
const passedOnSchema = z.object({ requestPayload: scheduledSchema });

/** What a job is started with: the time it was scheduled for, epoch milliseconds; by hand there is none. */
export interface JobStart {
  readonly scheduledAt: number | undefined;
  /** The month a billing job is asked for, as it stands there. */
  readonly period: unknown;
}

/** Reads a job's event: the schedule's, the one of the job before it, or `{}`. Throws INPUT_INVALID. */
export function readStart(event: unknown): JobStart {
  const passedOn = passedOnSchema.safeParse(event);
  const parsed = scheduledSchema.safeParse(passedOn.success ? passedOn.data.requestPayload : (event ?? {}));
  if (!parsed.success) {
    throw new AppError('INPUT_INVALID', 'the event of the job cannot be read', {
      where: parsed.error.issues[0]?.path.join('.') || 'event',
      expected: '{ "scheduled_at": "2026-11-27T10:05:00Z" }, or {} to run it now',
      got: JSON.stringify(event)?.slice(0, 200) ?? 'nothing',
    });
  }
  const { scheduled_at: at, period } = parsed.data;
  return { scheduledAt: at === undefined ? undefined : Date.parse(at), period };
}
