import { generateKeyPairSync } from 'node:crypto';
import { appendFileSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import Big from 'big.js';
import { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { addSinkVerb } from '../../cli/verbs/sinkVerb.js';
import { AppError } from '../../model/index.js';
import { billFolder, curLine } from '../billing/costs/billFiles.js';
import { fakeContext } from '../cli/fakeContext.js';
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
    expect(JSON.parse(verified)).toMatchObject({ ok: true, export_id: manifest.export_id });
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
    const out = join(folder.path, 'signed');
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
    const out = join(folder.path, 'explained');
    const bill = ['--lake', lake, '--period', '2026-11', '--out', out];
    await tenantscopeOk(['bill', 'export', ...bill], { cwd });
    const first = join(out, 'tenantscope/BILLING_PERIOD=2026-11/version=0001');
    const rows: Record<string, string>[] = parse(gunzipSync(readFileSync(join(first, 'cost_and_usage-00001.csv.gz'))), {
      columns: true,
    });
    const charge = rows.find(({ SkuPriceId }) => SkuPriceId === 'old.DynamoDB.read_units.t1');
    const lineage = JSON.parse(
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

    project(`rate_cards:\n${version('old', '2026-01-01', '0.003')}rate_card_files: [rates/new.yaml]\n`);
    await tenantscopeOk(['bill', 'export', ...bill], { cwd });
    const diff = await tenantscopeOk(['bill', 'diff', first, first.replace('0001', '0002'), '--json'], { cwd });
    const { difference, causes } = JSON.parse(diff);
    const parts = Object.values<string>(causes).reduce((sum, part) => sum.plus(part), new Big(0));
    expect([parts.toFixed(), causes.usage]).toEqual([difference, '0']);
    expect(new Big(causes.rate).gt(0)).toBe(true);
    const rates = ['bill', 'simulate', '--rates', 'rates/new.yaml', '--period', '2026-11', '--lake', lake, '--json'];
    const simulation = JSON.parse(await tenantscopeOk(rates, { cwd }));
    expect(simulation.tenants.map(({ tenant_id }: Record<string, string>) => tenant_id)).toContain('acme');

    const close = ['bill', 'close', '--lake', lake, '--period', '2026-11', '--out', out];
    const unnamed = await tenantscope([...close, '--approved-by', 'anna'], { cwd });
    expect([unnamed.code, unnamed.stderr]).toEqual([78, expect.stringContaining('billing.provider')]);
    project(`billing: { provider: Example Inc. }\nrate_cards:\n${version('old', '2026-01-01', '0.003')}`);
    const early = await tenantscope([...close, '--approved-by', 'anna'], { cwd });
    expect([early.code, early.stderr]).toEqual([1, expect.stringContaining('the month is not over')]);
    expect((await tenantscope(close, { cwd })).code).toBe(64);
    project(`rate_cards:\n${version('old', '2026-01-01', '0.001')}rate_card_files: [rates/new.yaml]\n`);
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

    const other = await tenantscope([...allocate, '--service', 'S3'], { cwd });
    expect(other.stderr).toContain('expected one of AWSSupport, DynamoDB, EKS, Tax, got "S3"');

    writeFileSync(costs, 'charge_id,start,end,service,currency\nddb,2026-11-01,2026-12-01,DynamoDB,USD\n');
    const bad = await tenantscope(allocate, { cwd });
    expect([bad.code, bad.stdout]).toEqual([65, '']);
    expect(bad.stderr).toMatch(/costs\.csv:1: a cost file has the wrong columns.*got no cost/);
  });

  it('splits an AWS bill by the cost that is chosen', async () => {
    const bill = billFolder();
    const recurring = {
      line_item_line_item_type: 'SavingsPlanRecurringFee',
      line_item_product_code: 'ComputeSavingsPlans',
      line_item_unblended_cost: '24',
      savings_plan_total_commitment_to_date: '24',
      savings_plan_used_commitment: '20',
    };
    const during = {
      line_item_usage_start_date: '2026-11-09T21:00:00.000Z',
      line_item_usage_end_date: '2026-11-09T22:00:00.000Z',
    };
    const path = await bill.parquet('cur-00001.snappy.parquet', [
      curLine({ ...during, line_item_unblended_cost: '3' }),
      curLine(recurring),
    ]);
    const allocate = ['allocate', '--lake', lake, '--costs', path, '--period', '2026-11'];
    const split = async (...flags: string[]) => {
      const { total, cost, tenants } = JSON.parse(await tenantscopeOk([...allocate, ...flags, '--json'], { cwd }));
      const idle = tenants.find((entry: Record<string, string>) => entry.tenant_id === '_idle');
      return [cost, total, idle?.amount];
    };
    expect(await split()).toEqual(['effective', '7', '4']);
    expect(await split('--cost', 'billed')).toEqual(['billed', '27', undefined]);
    const { stdout, stderr } = await tenantscope([...allocate, '--service', 'DynamoDB'], { cwd });
    expect(stdout).toMatch(/^2 charges in USD, effective cost\n/);
    expect(stdout).toMatch(/all others +4\n +total +7\n$/);
    expect(stderr).toContain('2 lines of the bill: 2 in charges');
    const held = JSON.parse(
      await tenantscopeOk([...allocate, '--cost', 'list', '--reconcile', '--tolerance', '0', '--json'], { cwd }),
    );
    expect(held.reconciliation).toMatchObject({
      reconciled: false,
      days: [{ service: 'DynamoDB', start: '2026-11-09' }],
    });
    const [day] = held.reconciliation.days;
    expect(new Big(day.billed).minus(day.metered).toFixed()).toBe(day.residual);
    expect(new Big(day.metered).gt(0)).toBe(true);
    const out = join(folder.path, 'kept');
    const keep = async (...flags: string[]) =>
      (await tenantscope([...allocate, '--out', out, ...flags], { cwd })).stderr;
    expect(await keep()).toMatch(/wrote .*version=0001\n/);
    expect(await keep()).toMatch(/nothing changed: .*version=0001 stands/);
    await bill.parquet('cur-00001.snappy.parquet', [
      curLine({ ...during, line_item_unblended_cost: '2.5' }),
      curLine(recurring),
    ]);
    expect(await keep()).toMatch(/wrote .*version=0002: \d+ corrections, together -0\.5 USD/);
    expect(await keep('--cost', 'billed')).toContain(
      'a version of an allocation has another cost: expected effective, got billed',
    );
    const wrong = await tenantscope([...allocate, '--cost', 'blended'], { cwd });
    expect([wrong.code, wrong.stderr]).toEqual([
      64,
      expect.stringContaining('expected one of billed, effective, list'),
    ]);
    bill.remove();
  });
});

describe('margin', () => {
  it('is what bill export bills less what allocate allocates', async () => {
    const costs = join(folder.path, 'margin.csv');
    const bill = (currency: string) =>
      writeFileSync(
        costs,
        `charge_id,start,end,service,currency,cost\nddb,2026-11-01,2026-12-01,DynamoDB,${currency},12.5\n`,
      );
    project(`rate_cards:\n${version('old', '2026-01-01', '0.001')}`);
    bill('USD');
    const flags = ['--lake', lake, '--period', '2026-11'];
    const out = join(folder.path, 'margin');
    const manifest = JSON.parse(await tenantscopeOk(['bill', 'export', ...flags, '--out', out, '--json'], { cwd }));
    const margin = ['margin', ...flags, '--costs', costs];
    const { total, tenants } = JSON.parse(await tenantscopeOk([...margin, '--json'], { cwd }));
    expect(total).toMatchObject({ allocated: '12.5' });
    expect(new Big(total.billed).toFixed(2)).toBe(manifest.control_totals.billed_cost_by_currency.USD);
    expect(new Big(total.billed).minus('12.5').toFixed()).toBe(total.margin);
    const sum = tenants.reduce((all: Big, tenant: { margin: string }) => all.plus(tenant.margin), new Big(0));
    expect(sum.toFixed()).toBe(total.margin);
    expect(await tenantscopeOk([...margin, '--tenant', 'acme', '--services'], { cwd })).toMatch(
      /^tenant .*\nacme .*\n {2}DynamoDB .*\n[\s\S]*all others .*\ntotal /,
    );
    bill('EUR');
    const refused = await tenantscope(margin, { cwd });
    expect([refused.code, refused.stdout]).toEqual([65, '']);
    expect(refused.stderr).toContain('margin needs one currency: expected USD, as the rate cards are, got EUR');
  });
});

describe('sink', () => {
  const sinks = (endpoint: string, state = 'sent') =>
    writeFileSync(
      join(folder.path, 'sinks.yaml'),
      `state: ${join(folder.path, state)}
sinks:
  stripe:
    type: stripe
    api_key: env:STRIPE_KEY
    endpoint: ${endpoint}
    window: hour
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 7 }]
    customers: { acme: cus_acme, bluenote: cus_blue }
  aws:
    type: aws-marketplace
    product_code: prod
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 7 }]
    customers: { acme: "123456789012" }
`,
    );
  // In this process, so that the clock is the test's: receivers take only what is recent.
  const sink = async (...args: string[]) => {
    const context = fakeContext({ env: { STRIPE_KEY: 'sk_test_1' } });
    context.wait(Date.parse('2026-11-10T01:00:00Z'));
    const files = [
      '--sinks',
      join(folder.path, 'sinks.yaml'),
      '--lake',
      lake,
      '--config',
      join(sim, 'tenantscope.yaml'),
    ];
    const program = new Command().exitOverride();
    addSinkVerb(program, context);
    const error = await program.parseAsync(['sink', ...args, ...files], { from: 'user' }).then(
      () => undefined,
      (thrown: unknown) => thrown,
    );
    return { code: error instanceof AppError ? error.code : error, error: String(error), ...context.written() };
  };

  it('sends each unit once to a Stripe that fails, forgets to answer and repeats, and carries the rest', async () => {
    const events = new Map<string, URLSearchParams>();
    let calls = 0;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const id = form.get('identifier') ?? '';
        calls += 1;
        if (calls === 1) {
          response.writeHead(429, { 'retry-after': '0' });
          response.end('{}');
          return;
        }
        const known = events.has(id);
        events.set(id, form);
        // Taken, but nobody learns it.
        if (calls === 2) request.socket.destroy();
        else if (known) {
          response.writeHead(400);
          response.end(JSON.stringify({ error: { message: `An event already exists with identifier ${id}.` } }));
        } else response.end('{}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    sinks(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const dry = JSON.parse((await sink('send', 'stripe', '--dry-run', '--json')).stdout);
    expect([dry.records.length > 2, dry.unmapped, calls]).toEqual([true, expect.arrayContaining(['cadenza']), 0]);
    expect((await sink('send', 'stripe')).error).toMatch(/sent: nothing is remembered of stripe.*\n.*--begin/);
    const first = await sink('send', 'stripe', '--begin', '--json');
    expect([first.code, first.stderr]).toEqual([
      undefined,
      expect.stringContaining(`${dry.records.length} sent, 0 refused, 0 wait`),
    ]);
    expect(first.stderr).toMatch(/not sent, no customer: \d+ tenants \(.*cadenza/);
    expect(events.size).toBe(dry.records.length);
    const { carried, records, through } = JSON.parse(first.stdout);
    expect(records).toEqual([]);
    const usage = await usageOf('read_units', through);
    for (const [tenant, customer] of [
      ['acme', 'cus_acme'],
      ['bluenote', 'cus_blue'],
    ] as const) {
      const sent = [...events.values()].filter((form) => form.get('payload[stripe_customer_id]') === customer);
      const units = sent.reduce((sum, form) => sum.plus(form.get('payload[value]') ?? ''), new Big(0));
      expect(
        units
          .times(7)
          .plus(carried[`${customer} reads`] ?? 0)
          .toFixed(),
      ).toBe(usage.get(tenant));
      expect(new Big(carried[`${customer} reads`] ?? 0).lt(7)).toBe(true);
    }
    const before = calls;
    expect((await sink('send', 'stripe')).code).toBe(undefined);
    expect(calls).toBe(before);
    expect((await sink('status', 'stripe')).stdout).toMatch(/^sent until 2026-11-\d\dT/);
    server.close();
  });

  it('hands over no record that was sent and may have arrived', async () => {
    const server = createServer((_, response) => {
      response.writeHead(503, { 'retry-after': '3600' });
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    sinks(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'unheard');
    const first = await sink('send', 'stripe', '--begin', '--json');
    const waiting = JSON.parse(first.stdout).records.length;
    expect([first.code, waiting > 2]).toEqual(['CHECK_FAILED', true]);
    const second = await sink('send', 'stripe', '--out', join(folder.path, 'unheard-files'), '--json');
    expect([second.code, JSON.parse(second.stdout).records.length]).toEqual(['CHECK_FAILED', waiting]);
    expect(second.stderr).toContain('0 records in 0 files');
    server.close();
  });

  it('writes the calls of AWS Marketplace as files, and remembers that it did', async () => {
    sinks('http://127.0.0.1:1');
    const out = join(folder.path, 'metering');
    const written = await sink('send', 'aws', '--begin', '--out', out);
    expect([written.code, written.stderr]).toEqual([undefined, expect.stringMatching(/[1-9]\d* records in 1 files/)]);
    const [name = ''] = readdirSync(out);
    expect(name).toBe('aws-0000000001-00001.json');
    const batch = JSON.parse(readFileSync(join(out, name), 'utf8'));
    expect(batch.ProductCode).toBe('prod');
    expect(batch.UsageRecords[0]).toEqual({
      CustomerAWSAccountId: '123456789012',
      Dimension: 'reads',
      Quantity: expect.any(Number),
      Timestamp: expect.stringMatching(/^2026-11-09T2\d:00:00\.000Z$/),
    });
    expect((await sink('send', 'aws', '--out', out)).stderr).toContain('0 records in 0 files');
    expect((await sink('send', 'aws', '--out', 's3://bucket/metering')).error).toMatch(
      /--out: files of records are kept in a folder: expected a folder of this machine/,
    );
    const nothing = await sink('resolve', 'aws', 'ts-none', '--as', 'sent');
    expect([nothing.code, nothing.error]).toEqual([
      'INPUT_NOT_FOUND',
      expect.stringContaining('no record of this id waits'),
    ]);
    const nobody = await sink('send', 'sap');
    expect([nobody.code, nobody.error]).toEqual([
      'USAGE',
      expect.stringContaining('expected one of: stripe, aws, got sap'),
    ]);
  });

  async function usageOf(meter: string, until: string): Promise<ReadonlyMap<string, string>> {
    const sums = new Map<string, string>();
    for (const tenant of ['acme', 'bluenote']) {
      const flags = ['--lake', lake, '--config', join(sim, 'tenantscope.yaml'), '--param', `tenant_id=${tenant}`];
      const window = ['--since', '2026-11-01', '--until', until.replace('Z', ':00Z'), '--json'];
      const { rows } = JSON.parse(await tenantscopeOk(['report', 'run', 'tenant-usage-by-hour', ...window, ...flags]));
      const own = (rows as string[][]).filter(([, service, of]) => service === 'DynamoDB' && of === meter);
      const sum = own.reduce((total, row) => total.plus(row[4] ?? ''), new Big(0));
      sums.set(tenant, sum.toFixed());
    }
    return sums;
  }
});
