import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CostCharge } from '../../../billing/allocation/AllocatedRow.js';
import { reconciliationAsObject } from '../../../billing/allocation/formatReconciliation.js';
import { allocateCosts, allocationAsObject, formatAllocation, reconcileCosts } from '../../../billing/index.js';
import type { RatedUsage } from '../../../billing/rating/rateTenant.js';
import { allocationSchema, DEFAULT_LIST_PRICES, type UtcDay } from '../../../model/index.js';

const charge = (
  charge_id: string,
  cost: string,
  start: string,
  end: string,
  over: Partial<CostCharge> = {},
): CostCharge => ({
  charge_id,
  start: start as UtcDay,
  end: end as UtcDay,
  service: 'DynamoDB',
  category: 'Usage',
  unused: false,
  currency: 'USD',
  cost: BigInt(Math.round(Number(cost) * 1e6)) * 1_000_000n,
  capacity: undefined,
  where: 'bill',
  ...over,
});
/** A million reads cost 0.125. */
const reads = (day: string, millions: number, tenant_id = 'acme'): RatedUsage => ({
  tenant_id,
  service: 'DynamoDB',
  meter: 'read_units',
  unit: 'ReadUnits',
  day: day as UtcDay,
  quantity_micros: BigInt(millions) * 10n ** 12n,
});
const compare = (charges: readonly CostCharge[], usage: readonly RatedUsage[], tolerance = '1') => {
  const basis = { usage, tenants: [], prices: DEFAULT_LIST_PRICES };
  const costs = allocateCosts(charges, allocationSchema.parse({}), basis);
  return { costs, ...reconcileCosts(costs, usage, DEFAULT_LIST_PRICES, tolerance) };
};

describe('reconcileCosts', () => {
  it('compares each day with what was metered at list price, all tenants and nobody’s', () => {
    const charges = [
      charge('a', '1.25', '2026-11-02', '2026-11-03'),
      charge('b', '1.27', '2026-11-03', '2026-11-04'),
      charge('c', '2', '2026-11-04', '2026-11-05'),
    ];
    const usage = [
      reads('2026-11-02', 4),
      reads('2026-11-02', 6, '_unknown'),
      reads('2026-11-03', 10),
      reads('2026-11-04', 10),
    ];
    const { days, reconciled } = compare(charges, usage, '1.6');
    expect(days.map(({ start, residual, why }) => [start, residual, why])).toEqual([
      ['2026-11-02', 0n, 'within tolerance'],
      ['2026-11-03', 2n * 10n ** 16n, 'within tolerance'],
      ['2026-11-04', 75n * 10n ** 16n, 'the residual is beyond tolerance'],
    ]);
    expect(reconciled).toBe(false);
    expect(compare(charges.slice(0, 2), usage, '1.5').reconciled).toBe(false);
    expect(compare(charges.slice(0, 2), usage, '1.6').reconciled).toBe(true);
  });

  it('compares days that a longer charge ties together as one', () => {
    const charges = [
      charge('day', '1', '2026-11-02', '2026-11-03'),
      charge('span', '1', '2026-11-02', '2026-11-05'),
      charge('tied', '0.5', '2026-11-04', '2026-11-06'),
      charge('apart', '3', '2026-11-06', '2026-11-07'),
    ];
    const { days } = compare(charges, [reads('2026-11-04', 20), reads('2026-11-06', 24)]);
    expect(days).toMatchObject([
      { start: '2026-11-02', end: '2026-11-06', charges: ['day', 'span', 'tied'], residual: 0n, reconciled: true },
      { start: '2026-11-06', end: '2026-11-07', charges: ['apart'], residual: 0n, reconciled: true },
    ]);
  });

  it('never calls reconciled what nothing can be compared with', () => {
    const other = compare([charge('a', '0', '2026-11-02', '2026-11-03', { service: 'AWSSupport' })], []);
    expect(other.days).toMatchObject([{ metered: null, reconciled: false, why: 'no list price of its meters' }]);
    const euro = compare(
      [charge('a', '0.125', '2026-11-02', '2026-11-03', { currency: 'EUR' })],
      [reads('2026-11-02', 1)],
    );
    expect(euro.days).toMatchObject([{ metered: null, reconciled: false }]);
    const lost = compare([charge('a', '0.125', '2026-11-02', '2026-11-03')], [reads('2026-11-02', 1)]);
    const half = reconcileCosts({ ...lost.costs, rows: [] }, [reads('2026-11-02', 1)], DEFAULT_LIST_PRICES, '100');
    expect(half.days).toMatchObject([{ allocated: 0n, reconciled: false, why: 'not all of it was allocated' }]);
    expect(() => compare([], [], '-1')).toThrow(/--tolerance: the tolerance is not usable/);
  });

  it('adds days and what is not compared up to the bill', () => {
    const category = fc.constantFrom('Usage' as const, 'Tax' as const, 'Credit' as const);
    const one = fc.record({
      cost: fc.integer({ min: -1000, max: 1000 }),
      day: fc.integer({ min: 1, max: 25 }),
      length: fc.integer({ min: 1, max: 5 }),
      category,
      unused: fc.boolean(),
      service: fc.constantFrom('DynamoDB', 'S3', 'Tax'),
    });
    fc.assert(
      fc.property(fc.array(one, { maxLength: 20 }), (given) => {
        const at = (day: number): string => `2026-11-${String(day).padStart(2, '0')}`;
        const charges = given.map(({ cost, day, length, ...over }, index) =>
          charge(`c${index}`, String(cost), at(day), at(day + length), over),
        );
        const { days, others, costs } = compare(charges, []);
        const sum = days.reduce(
          (total, { billed }) => total + billed,
          [...others.values()].reduce((a, b) => a + b, 0n),
        );
        expect(sum).toBe(costs.total * 10n ** 6n);
        expect(days.every(({ billed, allocated }) => billed === allocated)).toBe(true);
      }),
    );
  });

  it('is shown for people, and in every row for programs', () => {
    const charges = [
      charge('a', '1.25', '2026-11-02', '2026-11-03'),
      charge('tax', '0.2', '2026-11-01', '2026-12-01', { category: 'Tax' }),
      charge('gpu', '7', '2026-11-02', '2026-11-04', { service: 'EC2' }),
    ];
    const { costs, ...reconciliation } = compare(charges, [reads('2026-11-02', 10)]);
    expect(formatAllocation(costs, { basis: 'list', reconciliation })).toBe(`3 charges in USD, list cost
  _unknown     7
  acme      1.45
  total     8.45

not reconciled with the bill: residual at most 1 % of each
  service   days                         bill  metered × list  residual  reconciled
  DynamoDB  2026-11-02                   1.25            1.25         0  yes
  EC2       2026-11-02 until 2026-11-04     7               -         7  no: no list price of its meters
  not compared, Tax: 0.2`);
    const json = allocationAsObject(costs, { explain: true, reconciliation });
    expect(json.rows?.map((row) => [row.charge_id, row.reconciled])).toEqual([
      ['a', true],
      ['gpu', false],
      ['tax', null],
    ]);
    expect(json.reconciliation).toEqual(reconciliationAsObject(reconciliation));
    expect(json.reconciliation).toMatchObject({ days: [{ billed: '1.25', metered: '1.25', residual: '0' }, {}] });
  });
});
