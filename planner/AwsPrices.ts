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
  lambda: z
    .strictObject({
      /** On arm64, and on x86_64. */
      gb_second: usd.default(0.0000133334),
      gb_second_x86: usd.default(0.0000166667),
      /** Of room on disk beyond 512 MB. */
      disk_gb_second: usd.default(0.0000000309),
      million_requests: usd.default(0.2),
    })
    .prefault({}),
  s3: z
    .strictObject({
      gb_month: usd.default(0.023),
      /** So are listings. */
      thousand_puts: usd.default(0.005),
      thousand_gets: usd.default(0.0004),
    })
    .prefault({}),
  /** A statement counts as 10 MB at least. */
  athena: z.strictObject({ tb_scanned: usd.default(5) }).prefault({}),
  /** On demand: a unit is 4 KB read consistently, or 1 KB written. */
  dynamodb: z
    .strictObject({ million_read_units: usd.default(0.125), million_write_units: usd.default(0.625) })
    .prefault({}),
  kms: z.strictObject({ key_month: usd.default(1) }).prefault({}),
  cloudwatch: z
    .strictObject({
      alarm_month: usd.default(0.1),
      /** An alarm made of alarms. */
      composite_month: usd.default(0.5),
      dashboard_month: usd.default(3),
      /** A metric of one's own, by its dimensions; of the first 10,000. */
      metric_month: usd.default(0.3),
      log_gb: usd.default(0.5),
      log_gb_month: usd.default(0.03),
    })
    .prefault({}),
  scheduler: z.strictObject({ million_starts: usd.default(1) }).prefault({}),
  sqs: z
    .strictObject({
      /** Of a standard queue, and of one that keeps an order. */
      million_requests: usd.default(0.4),
      million_fifo_requests: usd.default(0.5),
    })
    .prefault({}),
  sns: z.strictObject({ million_messages: usd.default(0.5), thousand_mails: usd.default(0.02) }).prefault({}),
});

/** What AWS charges. */
export type AwsPrices = z.output<typeof awsPricesSchema>;
