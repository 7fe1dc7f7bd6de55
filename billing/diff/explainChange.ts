import Big from 'big.js';
import type { Cause } from './Difference.js';

/** One side of a change: what the rows of one tenant, SKU and day come to. */
export interface ChangeSide {
  readonly cost: Big;
  /** What was measured; null where nothing is. */
  readonly consumed: Big | null;
  readonly priced: Big | null;
  readonly pricingUnit: string | null;
  /** Of the last tier; null without a price. */
  readonly unitPrice: Big | null;
  readonly account: string;
  readonly tags: string | null;
}

/** What differs between what two bills were made from. */
export interface Inputs {
  readonly ratesDiffer: boolean;
  readonly registryDiffers: boolean;
  /** The month was over for the one and not for the other. */
  readonly overDiffers: boolean;
}

/**
 * Divides the difference of a charge by its causes; the parts add up to it, exactly. Where usage and price both changed, the
 * usage's part is the change of quantity at the earlier price (of its last tier), and the price's part is the rest. With the same
 * prices and registry all of it is usage, be it another day's that moved a tier.
 */
export function explainChange(
  about: {
    readonly service: string;
    readonly isCorrection: boolean;
    readonly category: string;
    /** Why usage of the tenant and SKU is in no charge of the side that has none; null where it has no such usage either. */
    readonly unbilled: string | null;
  },
  before: ChangeSide | undefined,
  after: ChangeSide | undefined,
  inputs: Inputs,
): Readonly<Partial<Record<Cause, Big>>> {
  const whole = (after?.cost ?? new Big(0)).minus(before?.cost ?? 0);
  if (whole.eq(0)) return {};
  if (about.service === 'Rounding') return { rounding: whole };
  if (about.isCorrection) return { late: whole };
  const { ratesDiffer, registryDiffers, overDiffers } = inputs;
  if (about.category === 'Adjustment' && overDiffers) return { policy: whole };
  if (!ratesDiffer && !registryDiffers) return { usage: whole };
  const moved = before !== undefined && after !== undefined && before.tags !== after.tags;
  const isRegistry = (registryDiffers && moved) || about.unbilled === 'unregistered_tenant';
  const other: Cause = ratesDiffer && !isRegistry ? 'rate' : 'policy';
  // Usage that was there and in no charge is not what changed.
  const usage = about.unbilled === null ? usagePart(before, after, whole) : new Big(0);
  const rest = whole.minus(usage);
  return { ...(usage.eq(0) ? {} : { usage }), ...(rest.eq(0) ? {} : { [other]: rest }) };
}

function usagePart(before: ChangeSide | undefined, after: ChangeSide | undefined, whole: Big): Big {
  const [then, now] = [before?.consumed ?? null, after?.consumed ?? null];
  if (then === null && now === null) return new Big(0);
  if ((then ?? new Big(0)).eq(now ?? 0)) return new Big(0);
  // Usage that is new, or gone, has one price only.
  if (before === undefined || after === undefined) return whole;
  const { priced, unitPrice, pricingUnit } = before;
  if (priced === null || unitPrice === null || after.priced === null) return whole;
  if (pricingUnit === after.pricingUnit) return after.priced.minus(priced).times(unitPrice);
  // Sold by another unit: no price of the earlier bill is for it, so all of it is the price's.
  return new Big(0);
}
