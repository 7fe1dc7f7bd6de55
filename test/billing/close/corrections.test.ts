import Big from 'big.js';
import fc from 'fast-check';
import { afterAll, describe, expect, it } from 'vitest';
import { closePeriod, rateCharges, type WrittenPackage } from '../../../billing/index.js';
import type { UtcDay } from '../../../model/index.js';
import { cardOf, folderOf, requestOf, tenantsOf, type Used } from '../billFixture.js';
import { closingIn, rowsOf, sum, unrounded } from './closeFixture.js';

const folder = folderOf('corrections');
const at = closingIn(folder);
afterAll(() => folder.remove());

describe('corrections', () => {
  const card = cardOf(
    { id: 'seat', model: 'flat', price: '10' },
    {
      ...{ service: 'DynamoDB', meter: 'read_units', model: 'volume' },
      tiers: [
        { up_to: 15, price: '10' },
        { price: '5', flat: '1' },
      ],
      minimum: '40',
    },
    {
      ...{ service: 'DynamoDB', meter: 'write_units', model: 'graduated', included: 2 },
      tiers: [{ up_to: 10, price: '0.3', flat: '2' }, { price: '0.1' }],
    },
  );
  const booked = fc.constantFrom('2026-12-01', '2026-12-09', '2026-12-20', '2027-01-01', '2027-01-15', '2027-02-01');
  const entry = fc.tuple(
    fc.constantFrom('acme', 'globex'),
    fc.constantFrom('DynamoDB.read_units', 'DynamoDB.write_units'),
    fc.integer({ min: 1, max: 30 }).map((day) => `2026-11-${String(day).padStart(2, '0')} 10`),
    fc.integer({ min: 1, max: 12 }),
    booked,
  );

  it('of a tenant registered after the close bill all it used, once, and take back nothing that was never billed', async () => {
    const used: readonly Used[] = [
      ['acme', 'DynamoDB.read_units', '2026-11-02 10', 20],
      ['hooli', 'DynamoDB.read_units', '2026-11-03 10', 12],
      ['hooli', 'DynamoDB.read_units', '2026-11-03 11', 8, '2026-12-09'],
      ['hooli', 'DynamoDB.read_units', '2026-11-03 12', 1, '2027-01-09'],
    ];
    const close = (today: string, period: string, ...more: object[]) =>
      at(today, 'registered', used, (request) => closePeriod({ ...request, period }, 'anna'), {
        ...{ rateCards: [card], tenants: tenantsOf({ id: 'acme' }, ...more) },
      });
    await close('2026-12-03', '2026-11');
    const hooli = (written: WrittenPackage) =>
      rowsOf(written)
        .filter((row) => row.SubAccountId === 'hooli' && row.ChargeClass === 'Correction')
        .map(({ ConsumedQuantity, BilledCost, x_CorrectsChargeId }) => [
          ConsumedQuantity,
          BilledCost,
          x_CorrectsChargeId,
        ]);
    const first = hooli(await close('2027-01-03', '2026-12', { id: 'hooli' }));
    expect(first).toEqual([
      ['20', '100', ''],
      ['', '1', ''],
    ]);
    expect(hooli(await close('2027-02-03', '2027-01', { id: 'hooli' }))).toEqual([['1', '5', '']]);
  });

  it('name the charge they correct, and none where an earlier correction was the first to bill it', async () => {
    const used: readonly Used[] = [
      ['acme', 'DynamoDB.read_units', '2026-11-02 10', 20],
      ...['2026-11-02', '2026-11-05'].flatMap((day): Used[] => [
        ['acme', 'DynamoDB.read_units', `${day} 11`, 4, '2026-12-09'],
        ['acme', 'DynamoDB.read_units', `${day} 12`, 3, '2027-01-09'],
      ]),
    ];
    const close = (today: string, period: string) =>
      at(today, 'twice', used, (request) => closePeriod({ ...request, period }, 'anna'));
    const [original] = rowsOf(await close('2026-12-03', '2026-11'));
    for (const [today, period] of [
      ['2027-01-03', '2026-12'],
      ['2027-02-03', '2027-01'],
    ] as const) {
      const corrected = rowsOf(await close(today, period)).filter(({ ChargeClass }) => ChargeClass === 'Correction');
      expect(corrected.map((row) => [row.ChargePeriodStart?.slice(0, 10), row.x_CorrectsChargeId])).toEqual([
        ['2026-11-02', original?.x_ChargeId],
        ['2026-11-05', ''],
      ]);
    }
  });

  it('over any sequence of late arrivals end at the total of all in time', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(fc.array(entry, { minLength: 1, maxLength: 12 }), async (entries) => {
        const used: readonly Used[] = [['acme', 'DynamoDB.read_units', '2026-11-01 00', 1], ...entries];
        const all: Record<string, string>[] = [];
        const home = `sequence-${run++}`;
        for (const [today, period] of [
          ['2026-12-03', '2026-11'],
          ['2027-01-03', '2026-12'],
          ['2027-02-03', '2027-01'],
        ] as const) {
          const written = await at(today, home, used, (request) => closePeriod({ ...request, period }, 'anna'), {
            rateCards: [card],
          });
          all.push(
            ...unrounded(rowsOf(written)).filter((row) => row.ChargePeriodStart?.startsWith('2026-11') === true),
          );
        }
        const usage = used.map(([tenant_id, name, hour, units]) => ({
          ...{ tenant_id, service: 'DynamoDB', meter: name.slice(9), day: hour.slice(0, 10) as UtcDay },
          ...{
            unit: name.endsWith('read_units') ? 'ReadUnits' : 'WriteUnits',
            quantity_micros: BigInt(units) * 1_000_000n,
          },
        }));
        const { tenants } = requestOf({} as never, '');
        const { charges } = rateCharges({ usage, rateCards: [card], period: '2026-11', tenants, over: true });
        const expected = charges.filter(({ ServiceName }) => ServiceName !== 'Rounding');
        const total = expected.reduce((so, { BilledCost }) => so.plus(BilledCost), new Big(0));
        expect(sum(all)).toBe(total.toFixed());
      }),
      { numRuns: 5 },
    );
  });
});
