import { parseDocument } from 'yaml';
import type { RateCard } from '../rates/RateCard.js';
import { type ConfigProblem, parseConfig, problemAt } from './parseConfig.js';

const KEYS = ['version', 'rate_cards'];

/**
 * The versions of the rate card in a document of its own, checked as those of tenantscope.yaml are, and every problem. A
 * document without the key `rate_cards` is none: an empty file must not make everything free. Pure.
 */
export function parseRateCards(
  text: string,
  file: string,
): { readonly cards: readonly RateCard[]; readonly problems: readonly ConfigProblem[] } {
  const parsed = parseConfig(text, file);
  if (!parsed.ok) return { cards: [], problems: parsed.problems };
  const cards = parsed.config.rate_cards;
  if (cards.length === 0) {
    const message = 'expected the key rate_cards with a version of the rate card, got none';
    return { cards, problems: [problemAt({ file, text }, [], message)] };
  }
  const foreign = Object.keys(parseDocument(text).toJS() as object).filter((key) => !KEYS.includes(key));
  const problems = foreign.map((key) =>
    problemAt({ file, text }, [key], `expected rate_cards alone in a file of rate cards, got the key ${key}`, true),
  );
  return { cards, problems };
}
