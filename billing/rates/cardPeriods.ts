import { type RateCard, startOfDay, type Window } from '../../model/index.js';

/** A version of the rate card and when it holds: epoch milliseconds, half-open; infinite where it has no end. */
export interface CardPeriod {
  readonly card: RateCard;
  readonly start: number;
  readonly end: number;
}

/**
 * The versions of the rate card in the order of time. One without `effective_until` holds until the next begins, one
 * without `effective_from` from ever. Overlaps and gaps are left as they are: `findRateProblems` reports them.
 */
export function cardPeriods(cards: readonly RateCard[]): readonly CardPeriod[] {
  const start = (card: RateCard): number =>
    card.effective_from === undefined ? Number.NEGATIVE_INFINITY : startOfDay(card.effective_from);
  const sorted = [...cards].sort((a, b) => start(a) - start(b) || 0);
  return sorted.map((card, index) => {
    const next = sorted[index + 1];
    const end =
      card.effective_until !== undefined
        ? startOfDay(card.effective_until)
        : next === undefined
          ? Number.POSITIVE_INFINITY
          : start(next);
    return { card, start: start(card), end };
  });
}

/** The versions that hold in a window, each cut to it. */
export function cardsWithin(cards: readonly RateCard[], window: Window): readonly CardPeriod[] {
  return cardPeriods(cards)
    .map(({ card, start, end }) => ({ card, start: Math.max(start, window.start), end: Math.min(end, window.end) }))
    .filter(({ start, end }) => start < end);
}
