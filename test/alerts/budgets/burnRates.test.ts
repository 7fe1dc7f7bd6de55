import { describe, expect, it } from 'vitest';
import { burnRates } from '../../../alerts/budgets/burnRates.js';
import { HOUR_MS } from '../../../model/index.js';

const AT = Date.parse('2026-11-23T12:00:00Z');
/** A dollar an hour for three days, and six in the last six. */
const hours = new Map(
  Array.from({ length: 72 }, (_, ago) => [AT - (ago + 1) * HOUR_MS, new Map([['acme', ago < 6 ? 6 : 1]])] as const),
);
const services = [{ service: 'DynamoDB', basis: 'USD at list price', priced: true, hours }];
const rates = (complete: (start: number) => boolean) =>
  burnRates({ budgets: [{ service: 'DynamoDB', usd: '720' }], services, complete }, AT);

describe('burnRates', () => {
  it('tells both spans, whether a rule holds or not', () => {
    const of = { tenantId: '_fleet', service: 'DynamoDB' };
    expect(rates(() => true)).toEqual([
      { ...of, spanMs: 6 * HOUR_MS, rate: 6 },
      { ...of, spanMs: 72 * HOUR_MS, rate: (66 + 36) / 72 },
    ]);
  });

  it('tells no rate of a span with an hour that is not complete', () => {
    expect(rates((start) => start !== AT - 50 * HOUR_MS).map(({ spanMs }) => spanMs)).toEqual([6 * HOUR_MS]);
    expect(rates((start) => start !== AT - 2 * HOUR_MS)).toEqual([]);
  });
});
