import * as z from 'zod';
import { utcDaySchema } from '../time/UtcDay.js';
import { priceTextSchema } from '../usage/listPrices.js';
import { priceSchema } from './Price.js';

/** How an invoice line is rounded to the currency's minor unit. */
export const ROUNDING_MODES = ['half-even', 'half-up'] as const;

/** How an invoice line is rounded to the currency's minor unit. */
export type RoundingMode = (typeof ROUNDING_MODES)[number];

const commitments = {
  /** Least a tenant is charged in a billing period, over all its prices. */
  minimum: priceTextSchema.optional(),
  /** Most a tenant is charged. */
  maximum: priceTextSchema.optional(),
};

/** What a plan or a tenant pays instead: prices of the same id replace, others are added, `remove` takes away. */
export const rateOverrideSchema = z.strictObject({
  ...commitments,
  prices: z.array(priceSchema).default([]),
  remove: z.array(z.string().min(1)).default([]),
});

/** What a plan or a tenant pays instead of what the card says. */
export type RateOverride = z.output<typeof rateOverrideSchema>;

/**
 * A version of the rate card: what tenants are billed for from one UTC day (inclusive) until another (exclusive). A
 * tenant's overrides go before its plan's, and those before the card's own prices.
 */
export const rateCardSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/, { error: 'expected an id of letters, digits, dots, _ and -' }),
  effective_from: utcDaySchema.optional(),
  /** Exclusive. Without it the version holds until the next one begins. */
  effective_until: utcDaySchema.optional(),
  currency: z.string().regex(/^[A-Z]{3}$/, { error: 'expected an ISO 4217 currency code such as USD' }),
  rounding: z.enum(ROUNDING_MODES).default('half-even'),
  ...commitments,
  prices: z.array(priceSchema).default([]),
  /** By plan id. */
  plans: z.record(z.string().min(1), rateOverrideSchema).default({}),
  /** By tenant id. */
  tenants: z.record(z.string().min(1), rateOverrideSchema).default({}),
});

/** A version of the rate card. */
export type RateCard = z.output<typeof rateCardSchema>;
