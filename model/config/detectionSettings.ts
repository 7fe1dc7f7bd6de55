import * as z from 'zod';

const utcInstant = z
  .string()
  .refine((text) => /^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}(:\d{2})?Z)?$/.test(text) && !Number.isNaN(Date.parse(text)), {
    error: 'expected a time in UTC such as 2026-11-23T10:00Z',
  });

/** How the scheduled job judges usage and holds pages back. */
export const detectionSchema = z.strictObject({
  /** Where incidents are kept: `s3://bucket/prefix`, `dynamodb://table` or `dynamodb://table/prefix`; the lake's folder when absent. */
  state: z
    .string()
    .regex(/^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?|dynamodb:\/\/[a-zA-Z0-9_.-]{3,255}(\/.*)?)$/, {
      error: 'expected s3://bucket/prefix or dynamodb://table',
    })
    .optional(),
  /** CSV of what the infrastructure said, window by window: capacity in use, throttles, whether neighbours' budgets burn. */
  signals: z.string().min(1).optional(),
  /** Part of the tenant-hours that must be complete for an hour to be judged. */
  least_complete: z.number().min(0).max(1).default(0.9),
  /** Whether windows of five minutes are judged, too: they can only page. */
  five_minutes: z.boolean().default(true),
  /** How long after its end a window of five minutes is judged: the delivery's buffer interval and a minute. Firehose's default is 300 s. */
  settle_seconds: z.int().min(0).max(3600).default(360),
  /** Pages of tenants an hour; what is more is told as one. */
  pages_per_hour: z.int().min(1).max(1000).default(5),
  /** Spans in which nothing is sent, of one service or of all. */
  maintenance: z
    .array(
      z
        .strictObject({
          service: z.string().min(1).optional(),
          start: utcInstant,
          end: utcInstant,
          reason: z.string().min(1),
        })
        .refine(({ start, end }) => Date.parse(start) < Date.parse(end), { error: 'expected an end after the start' }),
    )
    .default([]),
});
