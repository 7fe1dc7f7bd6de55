import { cardPeriods } from './cardPeriods.js';
import type { RateCardSource, Report } from './RateCardSource.js';

/**
 * What is wrong between versions of the rate card: ids given twice, days that two versions claim or none, and, where a month
 * would be billed by two versions, currencies or roundings that differ (an invoice has one of each).
 */
export function findVersionProblems(sources: readonly RateCardSource[], report: Report): void {
  const byCard = new Map(sources.map((source) => [source.card, source]));
  const ids = new Map<string, RateCardSource>();
  for (const source of sources) {
    const other = ids.get(source.card.id);
    if (other !== undefined) {
      report(source, ['id'], `expected a unique id, got ${source.card.id}, which a card of ${other.file} has`);
    }
    ids.set(source.card.id, source);
    const { effective_from: from, effective_until: until } = source.card;
    if (from !== undefined && until !== undefined && until <= from) {
      report(source, ['effective_until'], `expected a day after effective_from ${from}, got ${until}`);
    }
  }
  const periods = cardPeriods(sources.map(({ card }) => card));
  periods.forEach((period, index) => {
    const before = periods[index - 1];
    const source = byCard.get(period.card);
    if (before === undefined || source === undefined) return;
    const from = period.card.effective_from ?? 'ever';
    const name = before.card.id;
    const end = before.card.effective_until ?? from;
    if (before.end > period.start || before.start === period.start) {
      report(
        source,
        ['effective_from'],
        `expected a version that begins when ${name} ends, on ${end}, got ${from}: they overlap`,
      );
    } else if (before.end < period.start) {
      const message = `expected a version that begins when ${name} ends, on ${end}, got ${from}: the days between have no price`;
      report(source, ['effective_from'], message);
    }
    if (from.endsWith('-01')) return;
    for (const key of ['currency', 'rounding'] as const) {
      if (before.card[key] === period.card[key]) continue;
      const message = `expected ${before.card[key]} as in ${name}, with which it shares an invoice, got ${period.card[key]}: change it on the first of a month`;
      report(source, [key], message);
    }
  });
}
