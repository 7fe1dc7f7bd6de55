import { decimalFromMicros, type Price, type UtcDay, utcDayOf } from '../../model/index.js';
import type { CardPeriod } from './cardPeriods.js';
import type { ResolvedRates } from './resolvePrices.js';

/** A price in words: model, amount and what it is for. Quantities in the meter's unit. */
function describePrice(price: Price): string {
  switch (price.model) {
    case 'flat':
      return `${price.amount} a month${price.prorate ? ', prorated' : ''}`;
    case 'per_unit':
      return `${price.price} per ${price.per}`;
    case 'package':
      return `${price.price} per package of ${decimalFromMicros(price.size)} begun`;
    case 'percentage':
      return `${price.percent} %`;
    default: {
      const tiers = price.tiers.map(({ up_to, price: each, flat }) => {
        const upTo = up_to === undefined ? 'above' : `up to ${decimalFromMicros(up_to)}`;
        return `${upTo}: ${each}${/^[0.]*$/.test(flat) ? '' : ` + ${flat} once`}`;
      });
      return `per ${price.per}, ${tiers.join('; ')}`;
    }
  }
}

/** What holds for a price besides its model. */
function describeLimits(price: Price): string[] {
  if (price.model === 'flat') return [];
  return [
    ...(price.included === 0n
      ? []
      : [`${decimalFromMicros(price.included)} included${price.prorate ? ', prorated' : ''}`]),
    ...(price.minimum === undefined ? [] : [`at least ${price.minimum}`]),
    ...(price.maximum === undefined ? [] : [`at most ${price.maximum}`]),
  ];
}

/** The day a version ends on, exclusive, be it its own or the next one's first; null when it is open. */
export function endOf({ end }: CardPeriod): UtcDay | null {
  return Number.isFinite(end) ? utcDayOf(end) : null;
}

/** What a tenant pays by a version of the rate card, for people. */
export function formatRates(held: CardPeriod, tenant: string, rates: ResolvedRates): string {
  const { card } = held;
  const end = endOf(held);
  const until = end === null ? '' : ` until ${end} (exclusive)`;
  const from = card.effective_from === undefined ? 'at all times' : `from ${card.effective_from}`;
  const rows = rates.prices.map(({ price, from: whose }) => [
    price.id,
    price.model,
    whose,
    [describePrice(price), ...describeLimits(price)].join('; '),
  ]);
  const table = [['price', 'model', 'from', `in ${card.currency}`], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...table.map((row) => row[column]?.length ?? 0)));
  return [
    `Rates of ${tenant} by ${card.id}, ${from}${until}; ${card.rounding}`,
    ...table.map((row) => `  ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd()),
    ...(rates.prices.length === 0 ? ['  no price: nothing is billed'] : []),
    ...(rates.minimum === undefined ? [] : [`At least ${rates.minimum} ${card.currency} a month over all prices`]),
    ...(rates.maximum === undefined ? [] : [`At most ${rates.maximum} ${card.currency} a month over all prices`]),
  ].join('\n');
}

/** The same for programs: exact decimals as text, quantities in the meter's unit. */
export function ratesAsObject(held: CardPeriod, tenant: string, rates: ResolvedRates) {
  const { id, effective_from, currency, rounding } = held.card;
  return {
    tenant_id: tenant,
    rate_card: {
      id,
      effective_from: effective_from ?? null,
      effective_until: endOf(held),
      currency,
      rounding,
    },
    minimum: rates.minimum ?? null,
    maximum: rates.maximum ?? null,
    prices: rates.prices.map(({ price, from }) => ({ ...withDecimals(price), from })),
  };
}

/** A price whose quantities, which JSON cannot carry, are decimals as text. */
function withDecimals(price: Price): object {
  const text = JSON.stringify(price, (_, entry: unknown) =>
    typeof entry === 'bigint' ? decimalFromMicros(entry) : entry,
  );
  return JSON.parse(text) as object;
}
