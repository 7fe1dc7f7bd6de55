import { createHash } from 'node:crypto';
import * as z from 'zod';
import { decimalFromMicros, type Price, type RateCard, rateCardSchema } from '../../model/index.js';

const bookSchema = z.strictObject({ rate_cards: z.array(rateCardSchema) });

/** Rate cards as a file of rate cards would have them, defaults spelt out: the price book of an export. */
export function priceBookText(cards: readonly RateCard[]): string {
  return `${JSON.stringify({ rate_cards: cards.map(asWritten) }, null, 2)}\n`;
}

/** The rate cards of a price book. Throws ZodError for a text that is none. */
export function readPriceBook(text: string): readonly RateCard[] {
  return bookSchema.parse(JSON.parse(text)).rate_cards;
}

/** SHA-256 over all a card says. */
export function cardHash(card: RateCard): string {
  return createHash('sha256')
    .update(JSON.stringify(asWritten(card)))
    .digest('hex');
}

/** What `rateCardSchema` reads as this card. */
export function asWritten(card: RateCard): object {
  const overrides = (all: RateCard['plans']): object =>
    Object.fromEntries(
      Object.entries(all).map(([id, part]) => [id, { ...part, prices: part.prices.map(priceAsWritten) }]),
    );
  return {
    ...card,
    prices: card.prices.map(priceAsWritten),
    plans: overrides(card.plans),
    tenants: overrides(card.tenants),
  };
}

function priceAsWritten(price: Price): object {
  if (price.model === 'flat') {
    const { amount, ...rest } = price;
    return { ...rest, price: amount };
  }
  const included = decimalFromMicros(price.included);
  if (price.model === 'package') return { ...price, included, size: decimalFromMicros(price.size) };
  if (!('tiers' in price)) return { ...price, included };
  const tiers = price.tiers.map(({ up_to, ...tier }) => ({
    ...tier,
    ...(up_to === undefined ? {} : { up_to: decimalFromMicros(up_to) }),
  }));
  return { ...price, included, tiers };
}
