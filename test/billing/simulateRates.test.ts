import { mkdirSync } from 'node:fs';
import { afterAll, expect, it } from 'vitest';
import { formatSimulation, simulateRates } from '../../billing/index.js';
import { rateCardSchema } from '../../model/index.js';
import { cardOf, folderOf, ledgerOf, reads, requestOf } from './billFixture.js';

const folder = folderOf('simulate');
afterAll(() => folder.remove());

it('rates a month by another card, whatever its dates, beside the one that holds', async () => {
  mkdirSync(folder.at('ledger'));
  const engine = await ledgerOf(folder.at('ledger'), [
    ['acme', 'DynamoDB.read_units', '2026-11-02 10', 100],
    ['globex', 'DynamoDB.read_units', '2026-11-03 10', 5],
    ['_unknown', 'DynamoDB.read_units', '2026-11-03 10', 9],
  ]);
  const { tenants } = requestOf(engine, '');
  const tiers = [{ up_to: 10, price: '0.1' }, { price: '0.05' }];
  const next = rateCardSchema.parse({
    ...{ id: '2027', currency: 'USD', effective_from: '2027-01-01' },
    prices: [{ service: 'DynamoDB', meter: 'read_units', model: 'graduated', tiers }],
  });
  const simulation = await simulateRates({
    ...{ engine, period: '2026-11', tenants },
    rateCards: [cardOf(reads('0.1'))],
    otherCards: [next],
  });
  await engine.close();
  expect(formatSimulation(simulation)).toBe(`2026-11 in USD, before rounding
  tenant  billed  simulated  difference
  acme        10        5.5        -4.5
  globex     0.5        0.5           0
  all       10.5          6        -4.5`);
});

it('refuses rate cards in another currency: nothing is converted', async () => {
  mkdirSync(folder.at('currency'));
  const engine = await ledgerOf(folder.at('currency'), [['acme', 'DynamoDB.read_units', '2026-11-02 10', 100]]);
  const { tenants } = requestOf(engine, '');
  const otherCards = [{ ...cardOf(reads('0.2')), currency: 'EUR' }];
  const simulated = simulateRates({
    ...{ engine, period: '2026-11', tenants, rateCards: [cardOf(reads('0.1'))], otherCards },
  });
  await expect(simulated).rejects.toMatchObject({
    code: 'CONFIG_INVALID',
    message: expect.stringContaining('expected USD, got EUR'),
  });
  await engine.close();
});
