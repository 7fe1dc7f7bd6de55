import * as z from 'zod';
import { asMicros, type Micros } from '../quantity/Micros.js';
import { priceTextSchema } from '../usage/listPrices.js';

/** How a quantity becomes an amount. */
export const PRICING_MODELS = ['flat', 'per_unit', 'graduated', 'volume', 'package', 'percentage'] as const;

/** How a quantity becomes an amount. */
export type PricingModel = (typeof PRICING_MODELS)[number];

const SCALE = 1_000_000n;

/** A quantity in whole units or with up to six decimals, as exact millionths. Above 2^53 it must be quoted. */
const quantitySchema = z.union([z.number(), z.string()]).transform((given, context): Micros => {
  const text = typeof given === 'number' && !Number.isSafeInteger(given) ? '' : String(given);
  const match = /^(\d{1,24})(?:\.(\d{1,6}))?$/.exec(text);
  if (match === null) {
    context.addIssue({ code: 'custom', message: 'expected a whole number, or a decimal in quotes such as "20.5"' });
    return asMicros(0n);
  }
  return asMicros(BigInt(match[1] ?? '0') * SCALE + BigInt((match[2] ?? '').padEnd(6, '0')));
});

const tierSchema = z.strictObject({
  /** The last quantity of the tier, inclusive. Only the last tier has none. */
  up_to: quantitySchema.optional(),
  price: priceTextSchema,
  /** Charged once when the tier is entered. */
  flat: priceTextSchema.default('0'),
});

/** One tier: from where the one before ends, up to and including `up_to`. */
export type PriceTier = z.output<typeof tierSchema>;

const given = z.strictObject({
  /** Stable name; overrides of plans and tenants replace the price of the same id. Default: `service.meter`. */
  id: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,127}$/, { error: 'expected an id of letters, digits, dots, _ and -' })
    .optional(),
  model: z.enum(PRICING_MODELS).default('per_unit'),
  service: z.string().min(1).optional(),
  meter: z.string().min(1).optional(),
  price: priceTextSchema.optional(),
  /** How many units `price` is for. */
  per: z.int().positive().optional(),
  tiers: z.array(tierSchema).min(1).max(100).optional(),
  /** Units in a package. */
  size: quantitySchema.optional(),
  /** Of a meter whose unit is the currency: `"2.9"` is 2.9 %. */
  percent: priceTextSchema.optional(),
  /** Units free of charge in a billing period. */
  included: quantitySchema.optional(),
  /** Least that is charged for this price in a billing period. */
  minimum: priceTextSchema.optional(),
  /** Most that is charged for it. */
  maximum: priceTextSchema.optional(),
  /** Whether a flat amount or an included quantity shrinks with the part of the period it holds for. */
  prorate: z.boolean().default(true),
});

interface Named {
  readonly id: string;
  readonly service: string;
  readonly prorate: boolean;
}

/** A fixed amount a billing period, whatever is used. */
export interface FlatPrice extends Named {
  readonly model: 'flat';
  readonly amount: string;
}

interface Metered extends Named {
  readonly meter: string;
  readonly included: Micros;
  readonly minimum: string | undefined;
  readonly maximum: string | undefined;
}

/** Quantity × price. */
export interface PerUnitPrice extends Metered {
  readonly model: 'per_unit';
  readonly price: string;
  readonly per: number;
}

/** `graduated`: each slice at its own tier's price. `volume`: the whole quantity at the price of the tier it reaches. */
export interface TieredPrice extends Metered {
  readonly model: 'graduated' | 'volume';
  readonly tiers: readonly PriceTier[];
  readonly per: number;
}

/** A price for each package begun: ceil(quantity / size) × price. */
export interface PackagePrice extends Metered {
  readonly model: 'package';
  readonly price: string;
  readonly size: Micros;
}

/** A percentage of a metered value. */
export interface PercentagePrice extends Metered {
  readonly model: 'percentage';
  readonly percent: string;
}

/** A price whose quantity is metered. */
export type MeteredPrice = PerUnitPrice | TieredPrice | PackagePrice | PercentagePrice;

/** One price of a rate card. Amounts are exact decimals as text, in the card's currency; quantities exact millionths. */
export type Price = FlatPrice | MeteredPrice;

const METERED = ['meter', 'included', 'minimum', 'maximum'] as const;
const TAKES = {
  flat: ['price'],
  per_unit: ['price', 'per', ...METERED],
  graduated: ['tiers', 'per', ...METERED],
  volume: ['tiers', 'per', ...METERED],
  package: ['price', 'size', ...METERED],
  percentage: ['percent', ...METERED],
} as const satisfies Record<PricingModel, readonly (keyof z.output<typeof given>)[]>;
const ALL_KEYS = ['price', 'per', 'tiers', 'size', 'percent', ...METERED] as const;

/** Zod schema of a {@link Price}. Each model takes its own keys; another is a problem, not ignored. */
export const priceSchema = given.transform((from, context): Price => {
  const issue = (key: string, message: string): void => {
    context.addIssue({ code: 'custom', path: [key], message });
  };
  const need = <Value>(key: string, value: Value | undefined, otherwise: Value): Value => {
    if (value === undefined) issue(key, `expected ${key}, which a ${from.model} price needs`);
    return value ?? otherwise;
  };
  const takes: readonly string[] = TAKES[from.model];
  for (const key of ALL_KEYS) {
    if (from[key] !== undefined && !takes.includes(key))
      issue(key, `expected none: a ${from.model} price takes no ${key}`);
  }
  if (from.model === 'flat') {
    const service = from.service ?? 'Subscription';
    return {
      model: 'flat',
      id: need('id', from.id, ''),
      service,
      amount: need('price', from.price, '0'),
      prorate: from.prorate,
    };
  }
  const service = need('service', from.service, '');
  const meter = need('meter', from.meter, '');
  const { minimum, maximum, prorate, included = asMicros(0n) } = from;
  if (minimum !== undefined && maximum !== undefined && scaled(minimum) > scaled(maximum))
    issue('minimum', `expected at most the maximum ${maximum}`);
  const metered = { id: from.id ?? `${service}.${meter}`, service, meter, included, minimum, maximum, prorate };
  const per = from.per ?? 1;
  const exact = (price: string): void => {
    if (!dividesExactly(price, per))
      issue(
        'per',
        `expected a per that divides the price, or 1, 10, 100 …: ${price} per ${per} cannot be rated exactly`,
      );
  };
  switch (from.model) {
    case 'per_unit': {
      const price = need('price', from.price, '0');
      exact(price);
      return { ...metered, model: 'per_unit', price, per };
    }
    case 'package': {
      const size = need('size', from.size, asMicros(SCALE));
      if (size === 0n) issue('size', 'expected more than zero');
      return { ...metered, model: 'package', price: need('price', from.price, '0'), size };
    }
    case 'percentage':
      return { ...metered, model: 'percentage', percent: need('percent', from.percent, '0') };
    default: {
      const tiers = need('tiers', from.tiers, []);
      tiers.forEach((tier, index) => {
        exact(tier.price);
        const last = index === tiers.length - 1;
        const before = tiers[index - 1]?.up_to ?? 0n;
        const at = (message: string): void => {
          context.addIssue({ code: 'custom', path: ['tiers', index], message });
        };
        if (last && tier.up_to !== undefined)
          at('expected no up_to: without an open last tier, more would have no price');
        if (!last && tier.up_to === undefined) at('expected up_to: only the last tier is open');
        if (!last && tier.up_to !== undefined && tier.up_to <= before)
          at('expected an up_to above that of the tier before');
      });
      return { ...metered, model: from.model, tiers, per };
    }
  }
});

/** A price text as an integer of 1e-12. */
function scaled(price: string): bigint {
  const [whole = '0', fraction = ''] = price.split('.');
  return BigInt(whole + fraction.padEnd(12, '0'));
}

/** Whether price / per is a finite decimal: what is left of `per` without its factors 2 and 5 must divide the price. */
function dividesExactly(price: string, per: number): boolean {
  let rest = per;
  while (rest % 2 === 0) rest /= 2;
  while (rest % 5 === 0) rest /= 5;
  return scaled(price) % BigInt(rest) === 0n;
}
