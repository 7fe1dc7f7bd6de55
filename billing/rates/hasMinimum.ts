import type { RateCard } from '../../model/index.js';

/** Whether anyone has a minimum commitment by a card, for a price or over all. */
export function hasMinimum(card: RateCard): boolean {
  return [card, ...Object.values(card.plans), ...Object.values(card.tenants)].some(
    ({ minimum, prices }) =>
      minimum !== undefined || prices.some((price) => price.model !== 'flat' && price.minimum !== undefined),
  );
}
