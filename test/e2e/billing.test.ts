import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const sim = join(folder.path, 'sim');
const lake = join(folder.path, 'lake');
const cwd = folder.path;
afterAll(() => folder.remove());

const project = (cards: string): string => {
  const text = readFileSync(join(sim, 'tenantscope.yaml'), 'utf8').replace(/^rate_card:\n(?: .*\n)*/m, '');
  const file = join(folder.path, 'tenantscope.yaml');
  writeFileSync(file, `${text}\n${cards}`);
  return file;
};
const version = (id: string, from: string, price: string): string => `  - id: "${id}"
    effective_from: ${from}
    currency: USD
    prices:
      - { id: platform, model: flat, price: "30" }
      - { service: DynamoDB, meter: read_units, model: graduated, tiers: [{ up_to: 1000, price: "0.01", flat: "1" }, { price: "${price}" }] }
`;

beforeAll(async () => {
  const size = ['--tenants', '3', '--hours', '3', '--history', '0', '--end', '2026-11-10'];
  await tenantscopeOk(['simulate', ...size, '--out', sim]);
  const config = ['--config', join(sim, 'tenantscope.yaml'), '--lake', lake];
  await tenantscopeOk(['run', '--input', join(sim, 'records'), ...config]);
  await tenantscopeOk(['ledger', 'build', ...config]);
  mkdirSync(join(folder.path, 'rates'));
});

describe('rates and bill export', () => {
  it('bill by the rate cards of the project and of files it names', async () => {
    project(`rate_cards:\n${version('old', '2026-01-01', '0.001')}rate_card_files: [rates/new.yaml]\n`);
    writeFileSync(join(folder.path, 'rates/new.yaml'), `rate_cards:\n${version('new', '2026-11-16', '0.002')}`);
    const vetted = await tenantscopeOk(['rates', 'vet', '--json'], { cwd });
    expect(JSON.parse(vetted)).toMatchObject({
      files: ['tenantscope.yaml', 'rates/new.yaml'],
      rate_cards: [
        { id: 'old', effective_from: '2026-01-01', effective_until: '2026-11-16' },
        { id: 'new', effective_until: null },
      ],
      problems: [],
    });
    await tenantscopeOk(['vet'], { cwd });

    const out = join(folder.path, 'billing');
    const bill = await tenantscopeOk(
      ['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out, '--json'],
      { cwd },
    );
    const manifest = JSON.parse(bill);
    expect(manifest).toMatchObject({ rate_cards: [{ id: 'old' }, { id: 'new' }], minimum_commitments: 'not yet' });
    const read = (name: string): Record<string, string>[] =>
      parse(readFileSync(join(out, 'BILLING_PERIOD=2026-11', name), 'utf8'), { columns: true });
    const charges = read('charges.csv');
    const ids = new Set(charges.map((charge) => charge.SkuPriceId));
    for (const id of ['old.platform', 'new.platform', 'old.DynamoDB.read_units.t1', 'old.DynamoDB.read_units.t2']) {
      expect(ids).toContain(id);
    }
    const total = charges.reduce((sum, charge) => sum.plus(charge.BilledCost ?? ''), new Big(0));
    expect(total.toFixed(2)).toBe(manifest.control_totals.billed.USD);
    for (const { ContractedUnitPrice = '', PricingQuantity = '', BilledCost = '' } of charges) {
      if (ContractedUnitPrice !== '')
        expect(new Big(ContractedUnitPrice).times(PricingQuantity).eq(BilledCost)).toBe(true);
    }
    expect(read('unbilled.csv').every(({ reason }) => reason === 'no_price')).toBe(true);
  });

  it('show what a tenant pays on a day, for people and for programs', async () => {
    const tenant = 'acme';
    const shown = await tenantscopeOk(['rates', 'show', '--tenant', tenant, '--at', '2026-11-15'], { cwd });
    expect(shown).toBe(`Rates of ${tenant} by old, from 2026-01-01 until 2026-11-16 (exclusive); half-even
  price                model      from  in USD
  DynamoDB.read_units  graduated  card  per 1, up to 1000: 0.01 + 1 once; above: 0.001
  platform             flat       card  30 a month, prorated
`);
    const json = await tenantscopeOk(['rates', 'show', '--tenant', tenant, '--at', '2026-11-16', '--json'], { cwd });
    expect(JSON.parse(json)).toMatchObject({
      tenant_id: tenant,
      rate_card: { id: 'new', effective_until: null },
      prices: [{ tiers: [{ up_to: '1000' }, { price: '0.002' }] }, { amount: '30' }],
    });
    const nobody = await tenantscope(['rates', 'show', '--tenant', 'nobody-at-all'], { cwd });
    expect([nobody.code, nobody.stdout]).toEqual([65, '']);
    const early = await tenantscope(['rates', 'show', '--tenant', tenant, '--at', '2025-12-31'], { cwd });
    expect(early.stderr).toContain('no rate card holds on that day');
  });

  it('refuse bad cards with file and line, and write nothing', async () => {
    writeFileSync(join(folder.path, 'rates/new.yaml'), `rate_cards:\n${version('new', '2026-11-16', '-1')}`);
    const out = join(folder.path, 'refused');
    const bill = ['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out];
    const negative = await tenantscope(bill, { cwd });
    expect(negative.code).toBe(78);
    expect(negative.stderr).toMatch(/rates\/new\.yaml:7:\d+: .*expected an exact decimal in quotes.*got "-1"/);
    project(
      `rate_cards:\n${version('a', '2026-01-01', '0.001').replace('    currency', '    effective_until: 2026-06-01\n    currency')}${version('b', '2026-07-01', '1')}`,
    );
    const gap = await tenantscope(bill, { cwd });
    expect(gap.stderr).toMatch(/tenantscope\.yaml:\d+:21: expected a version that begins when a ends, on 2026-06-01/);
    expect(existsSync(out)).toBe(false);
    const vetted = await tenantscope(['rates', 'vet'], { cwd });
    expect([vetted.code, vetted.stdout.split('\n').length]).toEqual([78, 2]);
    expect((await tenantscope(['vet'], { cwd })).code).toBe(78);
    const whole = await tenantscope(['rates', 'vet', 'tenantscope.yaml'], { cwd });
    expect(whole.stdout).toContain('expected rate_cards alone in a file of rate cards, got the key tenants');
  });
});

describe('allocate', () => {
  it('splits a bill over the tenants of the ledger, so that the parts add up to it', async () => {
    project(`allocation:
  policies:
    - { service: AWSSupport, policy: even }
    - { service: EKS, policy: none }
`);
    const costs = join(folder.path, 'costs.csv');
    const head = 'charge_id,start,end,service,currency,cost';
    const lines = ['ddb,2026-11-01,2026-12-01,DynamoDB,USD,1234.56', 'sup,2026-11-01,2026-12-01,AWSSupport,USD,100'];
    writeFileSync(
      costs,
      [head, ...lines, 'eks,2026-11-09,2026-11-10,EKS,USD,73', 'tax,2026-11-01,2026-12-01,Tax,USD,7.01'].join('\n'),
    );
    const allocate = ['allocate', '--lake', lake, '--costs', costs, '--period', '2026-11'];
    const split = JSON.parse(await tenantscopeOk([...allocate, '--explain', '--json'], { cwd }));
    const amounts = new Map<string, string>(
      split.tenants.map((entry: Record<string, string>) => [entry.tenant_id, entry.amount]),
    );
    expect([...amounts.keys()].sort()).toEqual(['_shared', '_unknown', 'acme', 'bluenote', 'cadenza']);
    expect([amounts.get('_shared'), amounts.get('_unknown'), split.total, split.others]).toEqual([
      '73',
      '7.01',
      '1414.57',
      '0',
    ]);
    for (const [id, cost] of [
      ['ddb', '1234.56'],
      ['sup', '100'],
      ['eks', '73'],
      ['tax', '7.01'],
    ]) {
      const rows = split.rows.filter((row: Record<string, string>) => row.charge_id === id);
      const sum = (column: string) =>
        rows.reduce((total: Big, row: Record<string, string>) => total.plus(row[column] ?? ''), new Big(0));
      expect([sum('amount').toFixed(), sum('ratio').toFixed()]).toEqual([new Big(cost ?? '').toFixed(), '1']);
    }
    const one = JSON.parse(await tenantscopeOk([...allocate, '--tenant', 'acme', '--json'], { cwd }));
    expect(one.tenants).toEqual([{ tenant_id: 'acme', amount: amounts.get('acme') }]);
    expect(new Big(one.others).plus(amounts.get('acme') ?? '').toFixed()).toBe('1414.57');

    writeFileSync(costs, 'charge_id,start,end,service,currency\nddb,2026-11-01,2026-12-01,DynamoDB,USD\n');
    const bad = await tenantscope(allocate, { cwd });
    expect([bad.code, bad.stdout]).toEqual([65, '']);
    expect(bad.stderr).toMatch(/costs\.csv:1: a cost file has the wrong columns.*got no cost/);
  });
});
