import * as z from 'zod';

const usd = z.number().nonnegative();

/** What AWS charges, US dollars. Every key can be given in a file; those that are not keep their default. */
export const awsPricesSchema = z.strictObject({
  /** Region and day the prices are of. */
  of: z.string().min(1).default('us-east-1, list prices of 2026-11, not confirmed by an invoice'),
  kinesis: z
    .strictObject({
      stream_hour: usd.default(0.04),
      /** Each record rounded up to 1 KB. */
      gb_in: usd.default(0.08),
      gb_out: usd.default(0.04),
      /** Of what is kept for longer than 24 hours. */
      gb_month_extended: usd.default(0.1),
    })
    .prefault({}),
  firehose: z
    .strictObject({
      /** Each record rounded up to 5 KB; so for the conversion. */
      gb_in: usd.default(0.029),
      gb_converted: usd.default(0.018),
      gb_partitioned: usd.default(0.02),
      thousand_objects: usd.default(0.005),
    })
    .prefault({}),
  lambda: z.strictObject({ gb_second: usd.default(0.0000133334), million_requests: usd.default(0.2) }).prefault({}),
  s3: z.strictObject({ gb_month: usd.default(0.023), thousand_puts: usd.default(0.005) }).prefault({}),
  athena: z.strictObject({ tb_scanned: usd.default(5) }).prefault({}),
  kms: z.strictObject({ key_month: usd.default(1) }).prefault({}),
  cloudwatch: z
    .strictObject({
      alarm_month: usd.default(0.1),
      /** An alarm made of alarms. */
      composite_month: usd.default(0.5),
      dashboard_month: usd.default(3),
    })
    .prefault({}),
});

/** What AWS charges. */
export type AwsPrices = z.output<typeof awsPricesSchema>;
