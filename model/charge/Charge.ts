import * as z from 'zod';

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const focusTime = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z$/);

/**
 * One charge: tenant × price × tier × day. Column names and value formats are FOCUS's; amounts are exact decimals as text.
 * BilledCost = ContractedUnitPrice × PricingQuantity holds exactly in every Usage and Purchase row (fixed amounts are
 * Purchase). Commitments and what rounding an invoice line leaves are rows of their own (Adjustment), without a price.
 */
export const chargeSchema = z.strictObject({
  BilledCost: decimal,
  BillingAccountId: z.string().min(1),
  BillingCurrency: z.string().regex(/^[A-Z]{3}$/),
  BillingPeriodEnd: focusTime,
  BillingPeriodStart: focusTime,
  ChargeCategory: z.enum(['Usage', 'Purchase', 'Adjustment']),
  /** A change to a period that is closed; null in the period's own bill. */
  ChargeClass: z.literal('Correction').nullable(),
  ChargeDescription: z.string(),
  ChargePeriodEnd: focusTime,
  ChargePeriodStart: focusTime,
  ConsumedQuantity: decimal.nullable(),
  ConsumedUnit: z.string().nullable(),
  ContractedUnitPrice: decimal.nullable(),
  /** What the plan or the card asks where the tenant has a price of its own; else the same. */
  ListUnitPrice: decimal.nullable(),
  PricingQuantity: decimal.nullable(),
  PricingUnit: z.string().nullable(),
  ServiceName: z.string(),
  SkuId: z.string().nullable(),
  SkuMeter: z.string().nullable(),
  /** JSON: pricing model and tier, keys with the prefix x_. */
  SkuPriceDetails: z.string().nullable(),
  SkuPriceId: z.string().nullable(),
  SubAccountId: z.string(),
  SubAccountName: z.string(),
  SubAccountType: z.literal('Tenant'),
  /** The version of the rate card it was rated by. */
  x_RateCardId: z.string().min(1),
});

/** One charge: tenant × price × tier × day. */
export type Charge = z.output<typeof chargeSchema>;
