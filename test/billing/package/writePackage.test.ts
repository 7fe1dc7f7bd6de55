import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { DuckDBInstance } from '@duckdb/node-api';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { exportPeriod, formatExport, verifyPackage, type WrittenPackage } from '../../../billing/index.js';
import type { Engine } from '../../../queries/index.js';
import { cardOf, folderOf, ledgerOf, reads, requestOf, tenantsOf, type Used } from '../billFixture.js';

const folder = folderOf('package');
const used: readonly Used[] = [
  ['globex', 'DynamoDB.read_units', '2026-11-02 10', 998001],
  ['acme', 'DynamoDB.read_units', '2026-11-02 10', 1203344],
  ['acme', 'DynamoDB.read_units', '2026-11-02 11', 1],
  ['acme', 'DynamoDB.requests', '2026-11-03 11', 7],
  ['_unknown', 'DynamoDB.read_units', '2026-11-03 11', 5],
  ['stranger', 'DynamoDB.read_units', '2026-11-03 11', 3],
];
let engine: Engine;
beforeAll(async () => {
  mkdirSync(folder.at('ledger'));
  engine = await ledgerOf(folder.at('ledger'), used);
});
afterAll(async () => {
  await engine.close();
  folder.remove();
});

const hashes = ({ folder: path }: WrittenPackage): Record<string, string> =>
  Object.fromEntries(
    readdirSync(path)
      .sort()
      .map((name) => [
        name,
        createHash('sha256')
          .update(readFileSync(join(path, name)))
          .digest('hex'),
      ]),
  );
const csvOf = ({ folder: path }: WrittenPackage, name = 'cost_and_usage-00001.csv.gz'): Record<string, string>[] => {
  const bytes = readFileSync(join(path, name));
  return parse(name.endsWith('.gz') ? gunzipSync(bytes) : bytes, { columns: true });
};

describe('a package', () => {
  it('holds the bill of the reference, with the layout of the reference', async () => {
    const written = await exportPeriod(requestOf(engine, folder.at('one')));
    expect(written.folder).toBe(folder.at('one/tenantscope/BILLING_PERIOD=2026-11/version=0001'));
    expect(readdirSync(written.folder).sort()).toEqual([
      'SHA256SUMS',
      'billing_period.csv',
      'billing_period.parquet',
      'cost_and_usage-00001.csv.gz',
      'cost_and_usage-00001.parquet',
      'focus_metadata.json',
      'invoice_detail.csv',
      'invoice_detail.parquet',
      'invoice_summary.csv',
      'manifest.json',
      'manifest.json.sha256',
      'rate_cards.json',
      'reconciliation.html',
      'reconciliation.json',
      'unbilled.csv',
    ]);
    expect(csvOf(written).map((row) => [row.SubAccountId, row.ChargeCategory, row.BilledCost])).toEqual([
      ['acme', 'Usage', '18.050175'],
      ['globex', 'Usage', '14.970015'],
      ['acme', 'Adjustment', '-0.00019'],
    ]);
    expect(csvOf(written, 'invoice_summary.csv')).toMatchObject([
      { billing_account: 'A-1', total: '33.02', total_minor_units: '3302', usage: '33.02019', rounding: '-0.00019' },
    ]);
    expect(
      csvOf(written, 'unbilled.csv').map(({ tenant_id, quantity, reason }) => [tenant_id, quantity, reason]),
    ).toEqual([
      ['acme', '7', 'no_price'],
      ['_unknown', '5', 'reserved_tenant'],
      ['stranger', '3', 'unregistered_tenant'],
    ]);
    expect(csvOf(written, 'billing_period.csv')).toMatchObject([{ BillingPeriodStatus: 'Open' }]);
    const details = csvOf(written, 'invoice_detail.csv');
    expect(details.map(({ BilledCost, ChargeCategory }) => [ChargeCategory, BilledCost])).toEqual([
      ['Usage', '18.050175'],
      ['Usage', '14.970015'],
      ['Adjustment', '-0.00019'],
    ]);
    expect(new Set(details.map((row) => row.InvoiceDetailId)).size).toBe(3);
    expect(JSON.parse(readFileSync(folder.at('one/tenantscope/BILLING_PERIOD=2026-11/LATEST.json'), 'utf8'))).toEqual({
      version: 1,
      manifest_sha256: written.sha256,
    });
    expect(formatExport(written)).toBe(`Bill for 2026-11, provisional: 33.02 USD over 1 accounts
  A-1                               33.02 USD
  not billed (tenant and meter): 1 no_price, 1 reserved_tenant, 1 unregistered_tenant; listed in unbilled.csv`);
    const verified = await verifyPackage(written.folder, undefined);
    expect(verified.checks.filter(({ outcome }) => outcome === 'failed')).toEqual([]);
  });

  it('has the same bytes again, elsewhere, and whatever the order of tenants and rows', async () => {
    const once = await exportPeriod(requestOf(engine, folder.at('one')));
    expect(once.isNew).toBe(false);
    mkdirSync(folder.at('other'));
    const other = await ledgerOf(folder.at('other'), [...used].reverse());
    const tenants = [...requestOf(engine, '').tenants].reverse();
    const elsewhere = await exportPeriod(requestOf(other, folder.at('elsewhere'), { tenants }));
    await other.close();
    expect(elsewhere.isNew).toBe(true);
    expect(hashes(elsewhere)).toEqual(hashes(once));
  });

  it('is a new version when one row of usage changes, and the old one stays', async () => {
    const first = await exportPeriod(requestOf(engine, folder.at('changed')));
    const before = hashes(first);
    mkdirSync(folder.at('later'));
    const later = await ledgerOf(folder.at('later'), [...used, ['globex', 'DynamoDB.read_units', '2026-11-02 12', 2]]);
    const second = await exportPeriod(requestOf(later, folder.at('changed')));
    await later.close();
    expect(second.manifest).toMatchObject({
      version: 2,
      supersedes: { version: 1, export_id: first.manifest.export_id, manifest_sha256: first.sha256 },
      previous_version_diff: { added: 0, removed: 0, changed: 2, net_amount: '0' },
    });
    expect(second.manifest.source.snapshot_id).not.toBe(first.manifest.source.snapshot_id);
    expect(hashes(first)).toEqual(before);
    expect((await verifyPackage(second.folder, undefined)).ok).toBe(true);
    expect(JSON.parse(readFileSync(join(second.folder, '../LATEST.json'), 'utf8'))).toMatchObject({ version: 2 });
  });

  it('comes in parts, of which no more than one is held', async () => {
    const parts = await exportPeriod(requestOf(engine, folder.at('parts'), { partRows: 2 }));
    expect(readdirSync(parts.folder).filter((name) => name.startsWith('cost_and_usage'))).toEqual([
      'cost_and_usage-00001.csv.gz',
      'cost_and_usage-00001.parquet',
      'cost_and_usage-00002.csv.gz',
      'cost_and_usage-00002.parquet',
    ]);
    expect(csvOf(parts, 'cost_and_usage-00002.csv.gz')).toMatchObject([{ BilledCost: '-0.00019' }]);
    expect((await verifyPackage(parts.folder, undefined)).ok).toBe(true);
  });

  it('is FOCUS 1.2 where it is asked for: its providers, and no dataset it has not', async () => {
    const request = requestOf(engine, folder.at('old'));
    const old = await exportPeriod({ ...request, settings: { ...request.settings, focusVersion: '1.2' } });
    const [row = {}] = csvOf(old);
    expect([row.ProviderName, row.PublisherName, row.ServiceProviderName]).toEqual([
      'Example Inc.',
      'Example Inc.',
      undefined,
    ]);
    expect(readdirSync(old.folder).filter((name) => name.startsWith('invoice_detail'))).toEqual([]);
    expect((await verifyPackage(old.folder, undefined)).ok).toBe(true);
  });

  it('names the list price where a tenant has a price of its own', async () => {
    const base = cardOf(reads('0.25', { per: 1_000_000 }));
    const own = {
      ...base,
      tenants: { acme: { prices: cardOf(reads('0.20', { per: 1_000_000 })).prices, remove: [] } },
    };
    const written = await exportPeriod(
      requestOf(engine, folder.at('listed'), { rateCards: [{ ...own, tenants: own.tenants as never }] }),
    );
    const [row = {}] = csvOf(written);
    expect([row.ContractedUnitPrice, row.ListUnitPrice, row.ContractedCost, row.ListCost]).toEqual([
      '0.2',
      '0.25',
      '0.240669',
      '0.30083625',
    ]);
    expect((await verifyPackage(written.folder, undefined)).ok).toBe(true);
  });
});

describe('hostile names', () => {
  const name = '=HYPERLINK("http://x","a")\r\n,\u202ecod.exe';

  it('are safe in the spreadsheet file and unaltered in the FOCUS files', async () => {
    const tenants = tenantsOf(
      { id: 'acme', name, billing_account: '+1234' },
      { id: 'globex', name: '-2+3|cmd', plan: undefined },
    );
    const written = await exportPeriod(requestOf(engine, folder.at('hostile'), { tenants }));
    expect(csvOf(written)[0]?.SubAccountName).toBe(name);
    expect(csvOf(written)[0]?.BillingAccountId).toBe('+1234');
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const file = join(written.folder, 'cost_and_usage-00001.parquet');
    const read = await connection.runAndReadAll(
      `select distinct SubAccountName from read_parquet('${file}') order by 1`,
    );
    expect(read.getRows().flat()).toEqual(['-2+3|cmd', name]);
    connection.closeSync();
    instance.closeSync();
    const summary = csvOf(written, 'invoice_summary.csv');
    expect(summary.map((row) => [row.billing_account, row.tenant_names, row.rounding])).toEqual([
      ["'+1234", `'=HYPERLINK("http://x","a")\\u000d\\u000a,\\u202ecod.exe`, '-0.000175'],
      ['globex', "'-2+3|cmd", '-0.000015'],
    ]);
    expect((await verifyPackage(written.folder, undefined)).ok).toBe(true);
  });
});

describe('an export that cannot be written', () => {
  it('names the folder', async () => {
    writeFileSync(folder.at('file'), '');
    await expect(exportPeriod(requestOf(engine, folder.at('file')))).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
  });

  it('leaves nothing half-written when rating fails on the way', async () => {
    const broken = cardOf(reads('0.000000000001', { per: 10 ** 15 }), {
      ...{ service: 'DynamoDB', meter: 'requests', price: '0.000000000001', per: 10 ** 15 },
    });
    mkdirSync(folder.at('huge'));
    const huge = await ledgerOf(folder.at('huge'), [['acme', 'DynamoDB.read_units', '2026-11-02 10', '9'.repeat(31)]]);
    const home = folder.at('refused');
    await expect(exportPeriod(requestOf(huge, home, { rateCards: [broken] }))).rejects.toMatchObject({
      code: 'CONFIG_INVALID',
    });
    await huge.close();
    expect(readdirSync(join(home, 'tenantscope/BILLING_PERIOD=2026-11'))).toEqual([]);
    expect(existsSync(join(home, 'tenantscope/BILLING_PERIOD=2026-11/LATEST.json'))).toBe(false);
  });
});
