import { createHash } from 'node:crypto';
import * as z from 'zod';

/** Usage of one customer in one window, in whole units as the receiver counts them. */
export const sinkRecordSchema = z.strictObject({
  /** The same whenever it is sent: a receiver that has it drops the copy. */
  id: z.string(),
  /** Stripe's customer, or the buyer's AWS account. */
  customer: z.string(),
  license_arn: z.string().optional(),
  /** Stripe's event name, or Marketplace's dimension. */
  name: z.string(),
  tenants: z.array(z.string()),
  /** Window `[start, end)`, epoch ms. */
  start: z.int(),
  end: z.int(),
  /** Within the window, epoch seconds: the time it is sent with. */
  timestamp: z.int(),
  units: z.int().positive(),
  /** Units of the meter that made one of these, as it was set when the record was planned. */
  per: z.int().positive(),
  /** `pending`: to be sent; `unknown`: sent, and whether it arrived nobody can tell any more; `rejected`: the receiver refused it. */
  state: z.enum(['pending', 'unknown', 'rejected']),
  attempts: z.int().nonnegative(),
  /** When it was first sent and may have arrived, epoch ms; null while it certainly has not. */
  first_attempt: z.int().nullable(),
  /** What the receiver last said. */
  detail: z.string(),
});

/** Usage of one customer in one window. */
export type SinkRecord = z.output<typeof sinkRecordSchema>;

/** A record's id: a hash of what it is about, so that a plan that is made again gives the same. */
export function sinkRecordId(
  sink: string,
  record: Pick<SinkRecord, 'customer' | 'license_arn' | 'name' | 'start'>,
): string {
  const { customer, license_arn = '', name, start } = record;
  return `ts-${createHash('sha256')
    .update(JSON.stringify([sink, customer, license_arn, name, start]))
    .digest('hex')
    .slice(0, 40)}`;
}

/** What became of a record at its receiver. */
export type SinkOutcome =
  | { readonly kind: 'sent'; readonly receipt: string }
  | { readonly kind: 'rejected'; readonly reason: string }
  | {
      readonly kind: 'retry';
      readonly reason: string;
      /** True: it certainly did not arrive, so that nothing can be counted twice. */
      readonly unsent: boolean;
      /** How long the receiver asks to wait, ms. */
      readonly afterMs?: number;
    };

/** Hands records to a receiver. */
export interface SinkSender {
  /** One outcome for each record, in their order. Never throws for what a receiver does. */
  send(records: readonly SinkRecord[]): Promise<readonly SinkOutcome[]>;
}

/** What a receiver accepts. */
export interface SinkLimits {
  readonly windowMs: number;
  /** Whether a timestamp (epoch seconds) is still accepted. */
  accepts(timestamp: number, now: number): boolean;
  /** How long a receiver that was sent a record knows its id, ms. */
  knowsFor: number;
  /** Of a window, epoch seconds. */
  timestampOf(start: number, end: number): number;
  readonly mostUnits: bigint;
}
