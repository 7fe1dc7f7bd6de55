import { describe, expect, it } from 'vitest';
import { findRateProblems } from '../../../billing/index.js';
import { formatProblem, parseConfigOrThrow, parseRateCards } from '../../../model/index.js';

const project = parseConfigOrThrow(
  `plans: [{ id: pro }, { id: basic }]
tenants: [{ id: acme, plan: pro }, { id: globex, plan: basic }]
meters: [{ service: Shop, meter: sales, unit: USD, when: [{ path: event, equals: sale }], quantity: amount }]
`,
  'tenantscope.yaml',
);

function problemsOf(...texts: readonly string[]): string[] {
  const read = texts.map((text, index) => ({ text, file: `rates-${index + 1}.yaml` }));
  const sources = read.flatMap(({ text, file }) => {
    const { cards, problems } = parseRateCards(text, file);
    expect(problems).toEqual([]);
    return cards.map((card, index) => ({ card, text, file, path: ['rate_cards', index] }));
  });
  return findRateProblems(sources, project).map(formatProblem);
}

const version = (id: string, from: string, more = ''): string =>
  `rate_cards:\n  - id: ${id}\n    effective_from: ${from}\n    currency: USD\n${more}`;
const prices = (...lines: readonly string[]): string =>
  `    prices:\n${lines.map((line) => `      - ${line}\n`).join('')}`;

describe('findRateProblems', () => {
  it('has nothing to say about versions that follow each other', () => {
    const reads = prices(
      '{ service: DynamoDB, meter: read_units, price: "1" }',
      '{ model: percentage, service: Shop, meter: sales, percent: "2.9" }',
    );
    expect(problemsOf(version('a', '2026-01-01', reads), version('b', '2026-06-15', reads))).toEqual([]);
    expect(
      problemsOf(
        version('a', '2026-01-01', '    effective_until: 2026-07-01\n'),
        version('b', '2026-07-01').replace('USD', 'EUR'),
      ),
    ).toEqual([]);
  });

  it('names file and line of versions that overlap', () => {
    const first = version('a', '2026-01-01', '    effective_until: 2026-08-01\n');
    expect(problemsOf(first, version('b', '2026-07-01'))).toEqual([
      'rates-2.yaml:3:21: expected a version that begins when a ends, on 2026-08-01, got 2026-07-01: they overlap',
    ]);
    expect(problemsOf(version('a', '2026-01-01'), version('b', '2026-01-01'))).toEqual([
      'rates-2.yaml:3:21: expected a version that begins when a ends, on 2026-01-01, got 2026-01-01: they overlap',
    ]);
  });

  it('names file and line of a gap', () => {
    const first = version('a', '2026-01-01', '    effective_until: 2026-06-01\n');
    expect(problemsOf(version('b', '2026-07-01'), first)).toEqual([
      'rates-1.yaml:3:21: expected a version that begins when a ends, on 2026-06-01, got 2026-07-01: the days between have no price',
    ]);
  });

  it('finds a version that ends before it begins, and an id given twice', () => {
    expect(problemsOf(version('a', '2026-01-01', '    effective_until: 2025-06-01\n'))).toEqual([
      'rates-1.yaml:5:22: expected a day after effective_from 2026-01-01, got 2025-06-01',
    ]);
    expect(problemsOf(version('a', '2026-01-01'), version('a', '2026-02-01'))).toEqual([
      'rates-2.yaml:2:9: expected a unique id, got a, which a card of rates-1.yaml has',
    ]);
  });

  it('refuses two currencies or roundings on one invoice', () => {
    const second = version('b', '2026-06-15', '    rounding: half-up\n').replace('USD', 'EUR');
    expect(problemsOf(version('a', '2026-01-01'), second)).toEqual([
      'rates-2.yaml:4:15: expected USD as in a, with which it shares an invoice, got EUR: change it on the first of a month',
      'rates-2.yaml:5:15: expected half-even as in a, with which it shares an invoice, got half-up: change it on the first of a month',
    ]);
  });

  it('refuses a percentage of what is not in the currency', () => {
    const euro = version(
      'a',
      '2026-01-01',
      prices('{ model: percentage, service: Shop, meter: sales, percent: "1" }'),
    ).replace('USD', 'EUR');
    expect(problemsOf(euro)).toEqual([
      "rates-1.yaml:6:52: expected a meter whose unit is the card's currency EUR, got USD",
    ]);
  });

  it('refuses meters nobody counts, wherever they stand', () => {
    const own =
      '    tenants:\n      acme:\n        prices:\n          - { service: Shop, meter: visits, price: "1" }\n';
    const text = version('a', '2026-01-01', prices('{ service: DynamoDB, meter: read_unit, price: "1" }') + own);
    expect(problemsOf(text)).toEqual([
      'rates-1.yaml:6:37: expected a known meter (did you mean DynamoDB read_units?), got DynamoDB read_unit',
      'rates-1.yaml:10:37: expected a known meter of docs/tables.md or of meters[], got Shop visits',
    ]);
  });

  it('refuses overrides of nobody, and of what is not there', () => {
    const own = '    plans:\n      prp: { remove: [x] }\n    tenants:\n      acne: { minimum: "1" }\n';
    expect(problemsOf(version('a', '2026-01-01', own))).toEqual([
      'rates-1.yaml:6:7: expected a declared plan (did you mean pro?), got prp',
      'rates-1.yaml:6:23: expected the id of a price (there is none), got x',
      'rates-1.yaml:8:7: expected a registered tenant (did you mean acme?), got acne',
    ]);
  });

  it("refuses a meter with two prices for one tenant, and takes a plan's in place of the card's", () => {
    const base = prices('{ id: reads, service: DynamoDB, meter: read_units, price: "1" }');
    const plan = (id: string): string =>
      `    plans:\n      pro:\n        prices:\n          - { id: ${id}, service: DynamoDB, meter: read_units, price: "0.5" }\n`;
    expect(problemsOf(version('a', '2026-01-01', base + plan('reads')))).toEqual([]);
    expect(problemsOf(version('a', '2026-01-01', base + plan('pro-reads')))).toEqual([
      'rates-1.yaml:10:13: expected one price for DynamoDB read_units, got pro-reads beside reads: the same id replaces it',
    ]);
    expect(problemsOf(version('a', '2026-01-01', base + base.replace('    prices:\n', '')))).toEqual([
      'rates-1.yaml:7:9: expected one price for each meter (another needs an id), got reads again',
    ]);
  });

  it('compares commitments as decimals, of whoever they hold for', () => {
    const own =
      '    maximum: "10"\n    plans:\n      pro: { minimum: "9.999999999999" }\n    tenants:\n      acme: { minimum: "10.000000000001" }\n';
    expect(problemsOf(version('a', '2026-01-01', own))).toEqual([
      'rates-1.yaml:9:13: expected a minimum of at most the maximum 10, got 10.000000000001',
    ]);
  });
});
