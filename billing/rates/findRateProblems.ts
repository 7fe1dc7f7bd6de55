import Big from 'big.js';
import {
  type ConfigProblem,
  type CustomMeter,
  findMeter,
  METERS,
  nearestWord,
  type Plan,
  type Price,
  problemAt,
  type RateCard,
  type Tenant,
} from '../../model/index.js';
import { findVersionProblems } from './findVersionProblems.js';
import type { RateCardSource, Report } from './RateCardSource.js';
import { resolvePrices } from './resolvePrices.js';

/** What prices refer to. */
export interface RateCardContext {
  readonly meters: readonly CustomMeter[];
  readonly plans: readonly Plan[];
  readonly tenants: readonly Tenant[];
}

/**
 * Everything that is wrong with a set of rate cards beyond their form: meters nobody counts, a meter with two prices for the
 * same tenant, overrides of nobody, versions that overlap or leave a gap, currencies that differ. Each with file and line, in
 * their order. Pure.
 */
export function findRateProblems(
  sources: readonly RateCardSource[],
  context: RateCardContext,
): readonly ConfigProblem[] {
  const problems: ConfigProblem[] = [];
  const report: Report = (source, path, message, key = false) => {
    problems.push(problemAt(source, [...source.path, ...path], message, key));
  };
  for (const source of sources) {
    checkPrices(source, context, report);
    checkOverrides(source, context, report);
    checkResolved(source, context, report);
  }
  findVersionProblems(sources, report);
  const seen = new Set<string>();
  return problems
    .filter((problem) => {
      const key = JSON.stringify(problem);
      return !seen.has(key) && seen.add(key);
    })
    .sort((a, b) => (a.file === b.file ? a.line - b.line || a.column - b.column : a.file < b.file ? -1 : 1));
}

/** Every list of prices in a card, with its path. */
function lists(card: RateCard): { readonly prices: readonly Price[]; readonly path: readonly string[] }[] {
  const of = (kind: 'plans' | 'tenants') =>
    Object.entries(card[kind]).map(([id, { prices }]) => ({ prices, path: [kind, id, 'prices'] }));
  return [{ prices: card.prices, path: ['prices'] }, ...of('plans'), ...of('tenants')];
}

function checkPrices(source: RateCardSource, { meters }: RateCardContext, report: Report): void {
  for (const { prices, path } of lists(source.card)) {
    const ids = new Set<string>();
    prices.forEach((price, index) => {
      if (ids.has(price.id)) {
        const two = price.model === 'flat' ? 'one price of this id' : 'one price for each meter (another needs an id)';
        report(source, [...path, index], `expected ${two}, got ${price.id} again`);
      }
      ids.add(price.id);
      if (price.model === 'flat') return;
      const known =
        findMeter(price.service, price.meter) ??
        meters.find(({ service, meter }) => service === price.service && meter === price.meter);
      if (known === undefined) {
        const name = `${price.service} ${price.meter}`;
        const names = [...METERS, ...meters].map(({ service, meter }) => `${service} ${meter}`);
        const near = nearestWord(name, names);
        const offer = near === undefined ? 'of docs/tables.md or of meters[]' : `(did you mean ${near}?)`;
        report(source, [...path, index, 'meter'], `expected a known meter ${offer}, got ${name}`);
      } else if (price.model === 'percentage' && known.unit !== source.card.currency) {
        const message = `expected a meter whose unit is the card's currency ${source.card.currency}, got ${known.unit}`;
        report(source, [...path, index, 'meter'], message);
      }
    });
  }
}

function checkOverrides(source: RateCardSource, { plans, tenants }: RateCardContext, report: Report): void {
  const { card } = source;
  const check = (kind: 'plans' | 'tenants', known: readonly string[]): void => {
    for (const id of Object.keys(card[kind])) {
      if (known.includes(id)) continue;
      const near = nearestWord(id, known);
      const what = kind === 'plans' ? 'a declared plan' : 'a registered tenant';
      report(
        source,
        [kind, id],
        `expected ${what}${near === undefined ? '' : ` (did you mean ${near}?)`}, got ${id}`,
        true,
      );
    }
  };
  check(
    'plans',
    plans.map(({ id }) => id),
  );
  check(
    'tenants',
    tenants.map(({ id }) => id),
  );
  for (const kind of ['plans', 'tenants'] as const) {
    const below = { ...card, tenants: {}, ...(kind === 'plans' ? { plans: {} } : {}) };
    for (const [id, { remove }] of Object.entries(card[kind])) {
      const plan = kind === 'plans' ? undefined : tenants.find((tenant) => tenant.id === id)?.plan;
      const ids = resolvePrices(below, { id: NOBODY, plan }).prices.map(({ price }) => price.id);
      remove.forEach((name, index) => {
        if (ids.includes(name)) return;
        report(
          source,
          [kind, id, 'remove', index],
          `expected the id of a price (${ids.join(', ') || 'there is none'}), got ${name}`,
        );
      });
    }
  }
}

const NOBODY = '' as Tenant['id'];

/** Whose prices are looked at: the card's alone, each plan's, and each tenant that has its own. */
function checkResolved(source: RateCardSource, { tenants }: RateCardContext, report: Report): void {
  const { card } = source;
  const payers: Pick<Tenant, 'id' | 'plan'>[] = [
    { id: NOBODY, plan: undefined },
    ...Object.keys(card.plans).map((plan) => ({ id: NOBODY, plan })),
    ...tenants.filter(({ id }) => Object.hasOwn(card.tenants, id)),
  ];
  for (const payer of payers) {
    const { prices, minimum, maximum } = resolvePrices(card, payer);
    const first = new Map<string, string>();
    for (const { price, path } of [...prices].sort((a, b) => a.path.length - b.path.length)) {
      if (price.model === 'flat') continue;
      const name = `${price.service} ${price.meter}`;
      const other = first.get(name);
      if (other !== undefined && other !== price.id) {
        report(
          source,
          path,
          `expected one price for ${name}, got ${price.id} beside ${other}: the same id replaces it`,
        );
      }
      first.set(name, price.id);
    }
    if (minimum !== undefined && maximum !== undefined && new Big(minimum).gt(maximum)) {
      const own = payer.id !== NOBODY ? ['tenants', payer.id] : payer.plan !== undefined ? ['plans', payer.plan] : [];
      report(source, own, `expected a minimum of at most the maximum ${maximum}, got ${minimum}`);
    }
  }
}
