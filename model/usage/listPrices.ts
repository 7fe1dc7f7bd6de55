import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';

/** A non-negative exact decimal, at most 12 decimals: prices are text in configuration, never floats. */
export const priceTextSchema = z.string().regex(/^\d{1,12}(\.\d{1,12})?$/, {
  error: 'expected an exact decimal in quotes, at most 12 decimals, such as "0.125"',
});

/** The list price of a meter: what weighs the meters of one service against each other (design decision 11). */
export const listPriceSchema = z.strictObject({
  service: z.string().min(1),
  meter: z.string().min(1),
  /** US dollars for `per` units. */
  usd: priceTextSchema,
  per: z.int().positive().default(1),
  as_of: utcDaySchema,
});

/** The list price of a meter. */
export type ListPrice = z.output<typeof listPriceSchema>;

/**
 * Default list prices: AWS on-demand prices in us-east-1 as published, unconfirmed for other regions and later dates;
 * override them with `list_prices` in tenantscope.yaml. Pipeline and Ingress have none by default: they are not AWS
 * list items of their own.
 */
export const DEFAULT_LIST_PRICES: readonly ListPrice[] = listPriceSchema.array().parse([
  { service: 'DynamoDB', meter: 'read_units', usd: '0.125', per: 1_000_000, as_of: '2026-11-01' },
  { service: 'DynamoDB', meter: 'write_units', usd: '0.625', per: 1_000_000, as_of: '2026-11-01' },
  { service: 'S3', meter: 'tier1_requests', usd: '0.005', per: 1_000, as_of: '2026-11-01' },
  { service: 'S3', meter: 'tier2_requests', usd: '0.0004', per: 1_000, as_of: '2026-11-01' },
  { service: 'SQS', meter: 'requests', usd: '0.40', per: 1_000_000, as_of: '2026-11-01' },
  { service: 'SNS', meter: 'requests', usd: '0.50', per: 1_000_000, as_of: '2026-11-01' },
  { service: 'SES', meter: 'recipients', usd: '0.10', per: 1_000, as_of: '2026-11-01' },
  { service: 'Lambda', meter: 'invocations', usd: '0.20', per: 1_000_000, as_of: '2026-11-01' },
  // 0.0000166667 USD a GB-second; a GB is 1,024 MB here.
  { service: 'Lambda', meter: 'mb_milliseconds', usd: '16.6667', per: 1_024_000_000_000, as_of: '2026-11-01' },
  { service: 'Ingress', meter: 'bytes_out', usd: '0.09', per: 1_000_000_000, as_of: '2026-11-01' },
]);

/**
 * Price of one whole unit in picodollars (1e-12 USD), rounded down. An integer, so that SQL on every engine weighs
 * meters exactly: quantity_micros × picodollars = 1e-18 USD.
 */
export function picodollarsPerUnit(price: ListPrice): bigint {
  const [whole = '0', fraction = ''] = price.usd.split('.');
  return BigInt(whole + fraction.padEnd(12, '0')) / BigInt(price.per);
}
