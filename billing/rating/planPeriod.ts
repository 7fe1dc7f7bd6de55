import { AppError, type RateCard, type RoundingMode, type Tenant, type Window } from '../../model/index.js';
import { monthWindow } from '../period.js';
import { type CardPeriod, cardsWithin } from '../rates/cardPeriods.js';
import { resolvePrices } from '../rates/resolvePrices.js';

/** By what a month is rated. */
export interface PeriodPlan {
  /** `YYYY-MM`. */
  readonly period: string;
  readonly window: Window;
  /** The versions of the rate card that hold in the month, each cut to it. */
  readonly versions: readonly CardPeriod[];
  readonly currency: string;
  readonly rounding: RoundingMode;
}

/**
 * The versions that rate a month, once it is sure that they can. Throws PARAMETER_INVALID for a period that is none,
 * CONFIG_INVALID for rate cards that `findRateProblems` would refuse.
 */
export function planPeriod(input: {
  readonly period: string;
  readonly rateCards: readonly RateCard[];
  readonly tenants: readonly Tenant[];
}): PeriodPlan {
  const window = monthWindow(input.period);
  const versions = cardsWithin(input.rateCards, window);
  for (const { card } of versions) mustHaveOnePrice(card, input.tenants);
  const { currency, rounding } = agreed(versions, input.rateCards);
  return { period: input.period, window, versions, currency, rounding };
}

/** What all versions of a period must have in common, since an invoice has one of each. */
function agreed(versions: readonly CardPeriod[], cards: readonly RateCard[]): Pick<RateCard, 'currency' | 'rounding'> {
  const first = versions[0]?.card ?? cards[0];
  const other = versions.find(({ card }) => card.currency !== first?.currency || card.rounding !== first?.rounding);
  if (first !== undefined && other === undefined) return first;
  throw new AppError('CONFIG_INVALID', 'the rate cards of a period do not agree', {
    expected: `one currency and one rounding, as in ${first?.id ?? 'a rate card'}`,
    got: other === undefined ? 'no rate card' : `${other.card.currency}, ${other.card.rounding} in ${other.card.id}`,
    hint: 'run: tenantscope rates vet',
  });
}

/** One price a meter: with two, which one bills would be chance. */
function mustHaveOnePrice(card: RateCard, tenants: Iterable<Tenant>): void {
  const check = (names: readonly string[], whose: string): void => {
    const again = names.find((name, index) => names.indexOf(name) !== index);
    if (again === undefined) return;
    throw new AppError('CONFIG_INVALID', 'a meter has two prices', {
      where: `rate card ${card.id}`,
      expected: 'one price for each id, and for each service and meter',
      got: `${again} again, for ${whose}`,
      hint: 'run: tenantscope rates vet',
    });
  };
  for (const { prices } of [card, ...Object.values(card.plans), ...Object.values(card.tenants)]) {
    check(
      prices.map(({ id }) => id),
      'everyone it holds for',
    );
  }
  for (const tenant of tenants) {
    const meters = resolvePrices(card, tenant).prices.flatMap(({ price }) =>
      price.model === 'flat' ? [] : [`${price.service} ${price.meter}`],
    );
    check(meters, tenant.id);
  }
}
