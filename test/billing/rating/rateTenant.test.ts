import { describe, expect, it } from 'vitest';
import { correctCharges, rateCharges } from '../../../billing/index.js';
import { type Charge, rateCardSchema, tenantSchema, type UtcDay } from '../../../model/index.js';

const acme = { id: 'acme' };
const card = (given: object) => rateCardSchema.parse({ id: 'c', currency: 'USD', ...given });
const used = (units: number, day = '2026-11-02') => ({
  tenant_id: 'acme',
  service: 'DynamoDB',
  meter: 'read_units',
  unit: 'ReadUnits',
  day: day as UtcDay,
  quantity_micros: BigInt(units) * 1_000_000n,
});
const rate = (
  cards: readonly object[],
  usage: readonly ReturnType<typeof used>[] = [],
  { tenant = acme, over = true }: { tenant?: object; over?: boolean } = {},
) => {
  const tenants = [tenantSchema.parse({ ...acme, ...tenant })];
  return rateCharges({ usage, rateCards: cards.map(card), period: '2026-11', tenants, over });
};
const shown = (charges: readonly Charge[]): string[] =>
  charges
    .filter(({ ServiceName }) => ServiceName !== 'Rounding')
    .map((charge) => {
      const days = `${charge.ChargePeriodStart.slice(5, 10)}/${charge.ChargePeriodEnd.slice(5, 10)}`;
      return `${charge.ChargeCategory} ${charge.SkuPriceId ?? charge.ChargeDescription} ${days} ${charge.BilledCost}`;
    });
const reads = { service: 'DynamoDB', meter: 'read_units' };

describe('flat prices', () => {
  const seat = { id: 'seat', model: 'flat', price: '30' };

  it('are charged once a month, used or not, and in part from the day a tenant came until it left', () => {
    expect(shown(rate([{ prices: [seat] }]).charges)).toEqual(['Purchase c.seat 11-01/12-01 30']);
    const came = { tenant: { effective_from: '2026-11-11', effective_until: '2026-11-21' } };
    expect(shown(rate([{ prices: [seat] }], [], came).charges)).toEqual(['Purchase c.seat 11-11/11-21 10']);
    expect(rate([{ prices: [seat] }], [], { tenant: { status: 'offboarded' } }).charges).toEqual([]);
    expect(rate([{ prices: [seat] }], [], { tenant: { effective_from: '2026-12-01' } }).charges).toEqual([]);
  });

  it('are cut where a new version of the card begins, to the last 1e-12', () => {
    const cards = [
      { id: 'a', prices: [{ ...seat, price: '10' }] },
      { id: 'b', effective_from: '2026-11-02', prices: [{ ...seat, price: '10' }] },
    ];
    const charges = rate(cards).charges;
    expect(shown(charges)).toEqual([
      'Purchase a.seat 11-01/11-02 0.333333333333',
      'Purchase b.seat 11-02/12-01 9.666666666667',
    ]);
    expect(rate(cards).invoices[0]?.exact).toBe('10');
  });

  it('are charged whole and once where they are not prorated', () => {
    const whole = { ...seat, prorate: false };
    const cards = [
      { id: 'a', prices: [whole] },
      { id: 'b', effective_from: '2026-11-16', prices: [whole] },
    ];
    expect(shown(rate(cards).charges)).toEqual(['Purchase a.seat 11-01/11-16 30']);
  });
});

describe('included units', () => {
  const price = { ...reads, price: '1', included: 300 };

  it('shrink with the part of the month, or do not', () => {
    const half = { tenant: { effective_from: '2026-11-16' } };
    const cost = (given: object) => rate([{ prices: [given] }], [used(200, '2026-11-20')], half).invoices[0]?.exact;
    expect(cost(price)).toBe('50');
    expect(cost({ ...price, prorate: false })).toBe('0');
  });

  it('go on in the next version with what is left, where they are not prorated', () => {
    const cards = [
      { id: 'a', prices: [{ ...price, prorate: false }] },
      { id: 'b', effective_from: '2026-11-16', prices: [{ ...price, prorate: false }] },
    ];
    const rated = rate(cards, [used(200, '2026-11-02'), used(200, '2026-11-20')]);
    expect(rated.invoices[0]?.exact).toBe('100');
  });
});

describe('commitments', () => {
  it('charge what is missing when the month is over, and not before', () => {
    const least = { minimum: '50', prices: [{ ...reads, price: '1' }] };
    expect(shown(rate([least], [used(20)]).charges)).toEqual([
      'Usage c.DynamoDB.read_units 11-02/11-03 20',
      'Adjustment Minimum commitment of 50 USD for all prices of c 11-01/12-01 30',
    ]);
    const early = rate([least], [used(20)], { over: false });
    expect(early.invoices[0]?.billed).toBe('20.00');
    expect(rate([least], [used(60)]).invoices[0]?.billed).toBe('60.00');
  });

  it('take off what is too much at any time', () => {
    const most = { prices: [{ ...reads, price: '1', maximum: '15' }] };
    expect(shown(rate([most], [used(20)], { over: false }).charges)).toEqual([
      'Usage c.DynamoDB.read_units 11-02/11-03 20',
      'Adjustment Maximum commitment of 15 USD for DynamoDB.read_units 11-01/12-01 -5',
    ]);
  });

  it("are a tenant's before its plan's before the card's, and prorated", () => {
    const all = { minimum: '60', plans: { pro: { minimum: '90' } }, tenants: { acme: { minimum: '120' } } };
    const half = { plan: 'pro', effective_from: '2026-11-16' };
    expect(rate([all], [], { tenant: half }).invoices[0]?.billed).toBe('60.00');
    expect(rate([{ ...all, tenants: {} }], [], { tenant: half }).invoices[0]?.billed).toBe('45.00');
    expect(rate([{ ...all, tenants: {}, plans: {} }], [], { tenant: half }).invoices[0]?.billed).toBe('30.00');
  });
});

describe('versions and overrides', () => {
  const at = (price: string) => ({ prices: [{ ...reads, price }] });

  it('rate each day by the version that holds on it', () => {
    const cards = [
      { id: 'b', effective_from: '2026-11-16', ...at('2') },
      { id: 'a', effective_from: '2026-01-01', ...at('1') },
    ];
    expect(shown(rate(cards, [used(1, '2026-11-15'), used(1, '2026-11-16')]).charges)).toEqual([
      'Usage a.DynamoDB.read_units 11-15/11-16 1',
      'Usage b.DynamoDB.read_units 11-16/11-17 2',
    ]);
  });

  it('list what was used on days without a version, and what a tenant has no price for', () => {
    const cards = [
      { effective_from: '2026-11-10', ...at('1'), tenants: { acme: { remove: ['DynamoDB.read_units'] } } },
    ];
    const rated = rate(cards, [used(1, '2026-11-09'), used(2, '2026-11-10')]);
    expect(rated.unbilled.map(({ reason, quantity }) => [reason, quantity])).toEqual([
      ['no_price', '2'],
      ['no_rate_card', '1'],
    ]);
    expect(rate([{ effective_from: '2027-01-01', ...at('1') }], [used(1)]).unbilled[0]?.reason).toBe('no_rate_card');
  });

  it("give a plan's or tenant's price an id of its own", () => {
    const own = { ...at('1'), plans: { pro: at('0.5') }, tenants: { acme: at('0.25') } };
    const id = (tenant: object) => shown(rate([own], [used(1)], { tenant }).charges)[0];
    expect(id({})).toBe('Usage c.tenant:acme.DynamoDB.read_units 11-02/11-03 0.25');
    expect(id({ plan: 'pro' })).toContain('c.tenant:acme.');
    const planOnly = { ...own, tenants: {} };
    expect(shown(rate([planOnly], [used(1)], { tenant: { plan: 'pro' } }).charges)[0]).toContain('c.plan:pro.');
  });

  it('must agree on the currency of a month', () => {
    const cards = [
      { id: 'a', ...at('1') },
      { id: 'b', effective_from: '2026-11-16', currency: 'EUR', ...at('1') },
    ];
    expect(() => rate(cards)).toThrow(/the rate cards of a period do not agree.*got EUR, half-even in b/);
  });
});

describe('rounding', () => {
  it('is half-even by default: -0.075 is -0.08, with -0.005 as its own row', () => {
    const rated = rate([{ prices: [{ ...reads, price: '0.000015' }] }], [used(-5000)]);
    expect(rated.invoices[0]).toMatchObject({ exact: '-0.075', billed: '-0.08' });
    expect(rated.charges.find(({ ServiceName }) => ServiceName === 'Rounding')?.BilledCost).toBe('-0.005');
  });

  it('is half-up where the card says so', () => {
    const billed = (rounding: string) =>
      rate([{ rounding, prices: [{ ...reads, price: '0.125' }] }], [used(1)]).invoices[0]?.billed;
    expect([billed('half-even'), billed('half-up')]).toEqual(['0.12', '0.13']);
  });
});

describe('correctCharges', () => {
  it('takes back the tier a late unit left: 15 at 10 become 16 at 5, -150 and +80', () => {
    const tiers = [{ up_to: 15, price: '10' }, { price: '5' }];
    const cards = [{ prices: [{ ...reads, model: 'volume', tiers }] }];
    const changes = correctCharges(rate(cards, [used(15)]).charges, rate(cards, [used(15), used(1)]).charges);
    expect(shown(changes)).toEqual([
      'Usage c.DynamoDB.read_units.t1 11-02/11-03 -150',
      'Usage c.DynamoDB.read_units.t2 11-02/11-03 80',
    ]);
  });

  it('bills the difference where the price is the same, and nothing where nothing changed', () => {
    const cards = [{ prices: [{ ...reads, price: '2' }] }];
    const before = rate(cards, [used(15)]).charges;
    const [change, ...others] = correctCharges(before, rate(cards, [used(15), used(1)]).charges);
    expect(others).toEqual([]);
    expect(change).toMatchObject({ BilledCost: '2', ConsumedQuantity: '1', PricingQuantity: '1' });
    expect(correctCharges(before, before)).toEqual([]);
  });
});
