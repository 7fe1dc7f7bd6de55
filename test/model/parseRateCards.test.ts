import { describe, expect, it } from 'vitest';
import { formatProblem, parseConfig, parseRateCards } from '../../model/index.js';

const problemsOf = (text: string): string[] => parseRateCards(text, 'rates.yaml').problems.map(formatProblem);
const CARD = 'rate_cards:\n  - id: a\n    effective_from: 2026-01-01\n    currency: USD\n';

describe('parseRateCards', () => {
  it('reads the versions of a file', () => {
    const { cards, problems } = parseRateCards(
      `${CARD}    prices: [{ id: seat, model: flat, price: "5" }]\n`,
      'rates.yaml',
    );
    expect(problems).toEqual([]);
    expect(cards).toMatchObject([{ id: 'a', rounding: 'half-even', prices: [{ model: 'flat', amount: '5' }] }]);
  });

  it('names the nearest key, within a price and within what a plan pays, too', () => {
    const text = `${CARD}    prices:\n      - { id: seat, model: flat, prize: "5" }\n    plans:\n      pro: { pricess: [] }\n`;
    expect(problemsOf(text)).toEqual([
      'rates.yaml:6:9: rate_cards.0.prices.0.price: expected price, which a flat price needs, got nothing',
      'rates.yaml:6:34: expected a known key (did you mean price?), got the unknown key prize',
      'rates.yaml:8:14: expected a known key (did you mean prices?), got the unknown key pricess',
    ]);
  });

  it('refuses a document without rate cards, and keys of a project beside them', () => {
    expect(problemsOf('')).toEqual([
      'rates.yaml:1:1: expected the key rate_cards with a version of the rate card, got none',
    ]);
    expect(problemsOf(`${CARD}lake: ./lake\n`)).toEqual([
      'rates.yaml:5:1: expected rate_cards alone in a file of rate cards, got the key lake',
    ]);
    expect(problemsOf('rate_cards: [')[0]).toMatch(/^rates\.yaml:1:\d+: expected valid YAML/);
  });

  it('wants the first day of a version, and prices in one place', () => {
    expect(problemsOf('rate_cards: [{ id: a, currency: USD }]')).toEqual([
      'rates.yaml:1:14: rate_cards.0: expected effective_from, the first UTC day of the version, got nothing',
    ]);
    const both = `${CARD}rate_card: { id: b, currency: USD, prices: [{ id: seat, model: flat, price: "5" }] }\n`;
    const parsed = parseConfig(both, 'tenantscope.yaml');
    expect(parsed.ok ? [] : parsed.problems.map(formatProblem)).toEqual([
      'tenantscope.yaml:5:44: rate_card.prices: expected prices in one place, got rate_card beside rate_cards or rate_card_files',
    ]);
  });
});
