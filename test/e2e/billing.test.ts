import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { billedLake, rateVersion } from './billedLake.js';
import { jsonOf } from './jsonOf.js';
import { tenantscope, tenantscopeOk } from './tenantscope.js';

const billed = billedLake();
const { cwd, lake } = billed;
beforeAll(() => billed.begin());
afterAll(() => billed.remove());

describe('rates and bill export', () => {
  it('bill by the rate cards of the project and of files it names', async () => {
    billed.project(`rate_cards:\n${rateVersion('old', '2026-01-01', '0.001')}rate_card_files: [rates/new.yaml]\n`);
    writeFileSync(join(cwd, 'rates/new.yaml'), `rate_cards:\n${rateVersion('new', '2026-11-16', '0.002')}`);
    const vetted = await tenantscopeOk(['rates', 'vet', '--json'], { cwd });
    expect(jsonOf(vetted)).toMatchObject({
      files: ['tenantscope.yaml', 'rates/new.yaml'],
      rate_cards: [
        { id: 'old', effective_from: '2026-01-01', effective_until: '2026-11-16' },
        { id: 'new', effective_until: null },
      ],
      problems: [],
    });
    await tenantscopeOk(['vet'], { cwd });

    const out = join(cwd, 'billing');
    const bill = await tenantscopeOk(
      ['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out, '--json'],
      { cwd },
    );
    const manifest = jsonOf(bill);
    expect(manifest).toMatchObject({
      status: 'provisional',
      rating: { rate_cards: [{ id: 'old' }, { id: 'new' }], minimum_commitments: 'none' },
    });
    const packaged = join(out, 'tenantscope/BILLING_PERIOD=2026-11/version=0001');
    const read = (name: string): Record<string, string>[] => {
      const bytes = readFileSync(join(packaged, name));
      return parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true });
    };
    const charges = read('cost_and_usage-00001.csv.gz');
    const ids = new Set(charges.map((charge) => charge.SkuPriceId));
    for (const id of ['old.platform', 'new.platform', 'old.DynamoDB.read_units.t1', 'old.DynamoDB.read_units.t2']) {
      expect(ids).toContain(id);
    }
    const total = charges.reduce((sum, charge) => sum.plus(charge.BilledCost ?? ''), new Big(0));
    expect(total.toFixed(2)).toBe(manifest.control_totals.billed_cost_by_currency.USD);
    for (const { ContractedUnitPrice = '', PricingQuantity = '', BilledCost = '' } of charges) {
      if (ContractedUnitPrice !== '')
        expect(new Big(ContractedUnitPrice).times(PricingQuantity).eq(BilledCost)).toBe(true);
    }
    expect(read('unbilled.csv').every(({ reason }) => reason === 'no_price')).toBe(true);

    const again = await tenantscope(['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out], { cwd });
    expect(again.stderr).toContain('nothing has changed');
    const verified = await tenantscopeOk(['bill', 'verify', packaged, '--json'], { cwd });
    expect(jsonOf(verified)).toMatchObject({ ok: true, export_id: manifest.export_id });
    appendFileSync(join(packaged, 'unbilled.csv'), ' ');
    const spoilt = await tenantscope(['bill', 'verify', packaged], { cwd });
    expect([spoilt.code, spoilt.stdout]).toEqual([
      1,
      expect.stringMatching(/FAILED {3}files: unbilled\.csv has \d+ bytes/),
    ]);
  });

  it('sign with a key by reference, and say what is wrong with a flag', async () => {
    const { privateKey, publicKey } = generateKeyPairSync('ed25519', {
      privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
      publicKeyEncoding: { type: 'spki', format: 'pem' },
    });
    const out = join(cwd, 'signed');
    const bill = ['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out];
    const env = { KEY: privateKey, PUBLIC: publicKey };
    await tenantscopeOk([...bill, '--signing-key', 'env:KEY', '--focus-version', '1.2'], { cwd, env });
    const packaged = join(out, 'tenantscope/BILLING_PERIOD=2026-11/version=0001');
    const verified = await tenantscopeOk(['bill', 'verify', packaged, '--public-key', 'env:PUBLIC'], { cwd, env });
    expect(verified).toMatch(/ok +signature: by /);
    const wrong = await tenantscope([...bill, '--focus-version', '1.0'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([65, expect.stringContaining('expected 1.4 or 1.2, got "1.0"')]);
    expect((await tenantscope(['bill', 'verify', out], { cwd })).code).toBe(66);
  });

  it('go from a charge back to its objects, explain a change, try other rates, and refuse to close too early', async () => {
    const out = join(cwd, 'explained');
    const bill = ['--lake', lake, '--period', '2026-11', '--out', out];
    await tenantscopeOk(['bill', 'export', ...bill], { cwd });
    const first = join(out, 'tenantscope/BILLING_PERIOD=2026-11/version=0001');
    const rows: Record<string, string>[] = parse(gunzipSync(readFileSync(join(first, 'cost_and_usage-00001.csv.gz'))), {
      columns: true,
    });
    const charge = rows.find(({ SkuPriceId }) => SkuPriceId === 'old.DynamoDB.read_units.t1');
    const lineage = jsonOf(
      await tenantscopeOk(['bill', 'lineage', charge?.x_ChargeId ?? '', '--package', first, '--lake', lake, '--json'], {
        cwd,
      }),
    );
    expect(lineage).toMatchObject({
      charge: { SubAccountId: charge?.SubAccountId, BilledCost: charge?.BilledCost },
      invoice_line: { invoice_id: charge?.InvoiceId, line_id: charge?.InvoiceDetailId },
      rate: { rate_card: 'old', from: 'card', price: { id: 'DynamoDB.read_units', model: 'graduated' } },
      bookings: [{ manifest: 1 }],
    });
    expect(lineage.quantities.ledger).toBe(lineage.quantities.charges);
    expect(lineage.ledger.length).toBeGreaterThan(0);
    for (const object of lineage.bookings[0].objects) expect(existsSync(join(lake, object))).toBe(true);
    const unknown = await tenantscope(['bill', 'lineage', 'nothing', '--package', first, '--lake', lake], { cwd });
    expect([unknown.code, unknown.stderr]).toEqual([65, expect.stringContaining('the package has no such charge')]);

    billed.project(`rate_cards:\n${rateVersion('old', '2026-01-01', '0.003')}rate_card_files: [rates/new.yaml]\n`);
    await tenantscopeOk(['bill', 'export', ...bill], { cwd });
    const diff = await tenantscopeOk(['bill', 'diff', first, first.replace('0001', '0002'), '--json'], { cwd });
    const { difference, causes } = jsonOf(diff);
    const parts = Object.values<string>(causes).reduce((sum, part) => sum.plus(part), new Big(0));
    expect([parts.toFixed(), causes.usage]).toEqual([difference, '0']);
    expect(new Big(causes.rate).gt(0)).toBe(true);
    const rates = ['bill', 'simulate', '--rates', 'rates/new.yaml', '--period', '2026-11', '--lake', lake, '--json'];
    const simulation = jsonOf(await tenantscopeOk(rates, { cwd }));
    expect(simulation.tenants.map(({ tenant_id }: Record<string, string>) => tenant_id)).toContain('acme');

    const close = ['bill', 'close', '--lake', lake, '--period', '2026-11', '--out', out];
    const unnamed = await tenantscope([...close, '--approved-by', 'anna'], { cwd });
    expect([unnamed.code, unnamed.stderr]).toEqual([78, expect.stringContaining('billing.provider')]);
    billed.project(`billing: { provider: Example Inc. }\nrate_cards:\n${rateVersion('old', '2026-01-01', '0.003')}`);
    const early = await tenantscope([...close, '--approved-by', 'anna'], { cwd });
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('the month is not over')]);
    for (const [flags, wrong] of [
      [[], 'got neither'],
      [['--by', 'anna', '--approved-by', 'berta'], 'got both'],
      [['--approved-by', 'berta', '--reopen', 'why'], 'got --reopen without --by'],
      [['--approved-by', ''], 'expected a text for --approved-by'],
      [['--approved-by', 'berta', '--accept-incomplete', ' '], 'expected a text for --accept-incomplete'],
    ] as const) {
      const refused = await tenantscope([...close, ...flags], { cwd });
      expect([refused.code, refused.stderr]).toEqual([64, expect.stringContaining(wrong)]);
    }
    billed.project(`rate_cards:\n${rateVersion('old', '2026-01-01', '0.001')}rate_card_files: [rates/new.yaml]\n`);
  }, 300_000);

  it('show what a tenant pays on a day, for people and for programs', async () => {
    const tenant = 'acme';
    const shown = await tenantscopeOk(['rates', 'show', '--tenant', tenant, '--at', '2026-11-15'], { cwd });
    expect(shown).toBe(`Rates of ${tenant} by old, from 2026-01-01 until 2026-11-16 (exclusive); half-even
  price                model      from  in USD
  DynamoDB.read_units  graduated  card  per 1, up to 1000: 0.01 + 1 once; above: 0.001
  platform             flat       card  30 a month, prorated
`);
    const json = await tenantscopeOk(['rates', 'show', '--tenant', tenant, '--at', '2026-11-16', '--json'], { cwd });
    expect(jsonOf(json)).toMatchObject({
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
    writeFileSync(join(cwd, 'rates/new.yaml'), `rate_cards:\n${rateVersion('new', '2026-11-16', '-1')}`);
    const out = join(cwd, 'refused');
    const bill = ['bill', 'export', '--lake', lake, '--period', '2026-11', '--out', out];
    const negative = await tenantscope(bill, { cwd });
    expect(negative.code).toBe(78);
    expect(negative.stderr).toMatch(/rates\/new\.yaml:7:\d+: .*expected an exact decimal in quotes.*got "-1"/);
    billed.project(
      `rate_cards:\n${rateVersion('a', '2026-01-01', '0.001').replace('    currency', '    effective_until: 2026-06-01\n    currency')}${rateVersion('b', '2026-07-01', '1')}`,
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
