import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import Big from 'big.js';
import { parse } from 'csv-parse/sync';
import * as z from 'zod';
import { type MemoryDuckDb, sqlText } from '../../queries/index.js';
import { checkFocus } from '../focus/checkFocus.js';
import { FOCUS_DATASETS, type FocusDataset } from '../focus/FocusColumn.js';
import { focusColumns } from '../focus/focusColumns.js';
import { type BillingManifest, PACKAGE_FILES } from '../package/BillingManifest.js';
import { parquetOf } from '../package/comparePackages.js';
import { readCsv } from '../package/DatasetWriter.js';
import { sha256Of } from '../package/versions.js';
import type { PackageCheck } from './PackageCheck.js';

type Dataset = BillingManifest['datasets'][number];
type Connection = MemoryDuckDb['connection'];

const outcome = (check: string, wrong: readonly string[], detail: string): PackageCheck =>
  wrong.length === 0 ? { check, outcome: 'ok', detail } : { check, outcome: 'failed', detail: wrong.join('; ') };

/** Everything that can be said of a package's content once its bytes are known to be those that were written. */
export async function checkContent(
  folder: string,
  manifest: BillingManifest,
  duckdb: MemoryDuckDb,
): Promise<readonly PackageCheck[]> {
  const checks: PackageCheck[] = [];
  const missing: string[] = [];
  for (const name of FOCUS_DATASETS) {
    if (focusColumns(manifest.focus_version, name).length === 0) continue;
    const own = manifest.datasets.filter((dataset) => dataset.name === name);
    const csv = own.find(({ format }) => format !== 'parquet');
    const parquet = own.find(({ format }) => format === 'parquet');
    if (csv === undefined || parquet === undefined) {
      missing.push(`${name} is not there as CSV and as Parquet`);
      continue;
    }
    checks.push(await checkForms(folder, csv, parquet, duckdb.connection));
    checks.push(await checkRules(folder, csv, name, manifest, duckdb));
  }
  const datasets = outcome('datasets', missing, `of FOCUS ${manifest.focus_version}`);
  if (missing.length > 0) return [datasets, ...checks];
  const { connection } = duckdb;
  return [
    datasets,
    ...checks,
    ...(await checkTotals(folder, manifest, connection)),
    await checkLines(folder, manifest, connection),
    await checkSummary(folder, manifest, connection),
    await checkReconciliation(folder, manifest),
  ];
}

/** Every CSV part holds the rows of the Parquet part of the same number, with the columns and types the manifest states. */
async function checkForms(
  folder: string,
  csv: Dataset,
  parquet: Dataset,
  connection: Connection,
): Promise<PackageCheck> {
  const wrong: string[] = [];
  for (const [index, file] of csv.files.entries()) {
    const twin = parquet.files[index];
    if (twin === undefined) {
      wrong.push(`${file.path} has no Parquet file`);
      continue;
    }
    const text = readCsv(join(folder, file.path), csv.columns);
    const typed = `read_parquet(${sqlText(join(folder, twin.path))}, hive_partitioning = false)`;
    const casts = csv.columns.map(({ name, type }) => `cast("${name}" as ${type}) as "${name}"`).join(', ');
    const described = await connection.runAndReadAll(`describe select * from ${typed}`);
    const columns = described.getRows().map(([name, type]) => `${String(name)} ${String(type).toLowerCase()}`);
    const expected = parquet.columns.map(({ name, type }) => `${name} ${type}`);
    if (columns.join(', ') !== expected.join(', '))
      wrong.push(`${twin.path} has other columns than the manifest states`);
    const counted =
      await connection.runAndReadAll(`select (select count(*) from ${text}), (select count(*) from ${typed}),
      (select count(*) from (select ${casts} from ${text} except all select * from ${typed}))`);
    const [rows, typedRows, apart] = (counted.getRows()[0] ?? []).map(Number);
    if (rows !== file.rows) wrong.push(`${file.path} has ${rows} rows, not ${file.rows}`);
    if (typedRows !== twin.rows) wrong.push(`${twin.path} has ${typedRows} rows, not ${twin.rows}`);
    if (apart !== 0) wrong.push(`${apart} rows of ${file.path} are not in ${twin.path}`);
  }
  return outcome(`${csv.name}: CSV and Parquet`, wrong, `${csv.files.length} parts`);
}

async function checkRules(
  folder: string,
  csv: Dataset,
  name: FocusDataset,
  manifest: BillingManifest,
  duckdb: MemoryDuckDb,
): Promise<PackageCheck> {
  const names = csv.columns.map((column) => column.name);
  const { rules, violations } = await checkFocus(duckdb, textOf(folder, csv), names, manifest.focus_version, name);
  const check = `${name}: FOCUS ${manifest.focus_version}`;
  const texts = violations.map(({ rule, text, rows, example }) => `${rule} in ${rows} rows: ${text} (${example})`);
  const must = violations.some(({ text }) => !text.includes('SHOULD'));
  if (texts.length === 0) return { check, outcome: 'ok', detail: `${rules} rules` };
  return { check, outcome: must ? 'failed' : 'warning', detail: texts.join('; ') };
}

const textOf = (folder: string, { files, columns }: Dataset): string => {
  const parts = files.map(({ path }) => `select * from ${readCsv(join(folder, path), columns)}`);
  return `(${parts.join(' union all ')})`;
};

async function checkTotals(
  folder: string,
  manifest: BillingManifest,
  connection: Connection,
): Promise<readonly PackageCheck[]> {
  const charges = parquetOf(folder, manifest.datasets, 'cost_and_usage');
  const { control_totals: totals, currency, corrections } = manifest;
  const answer =
    await connection.runAndReadAll(`select count(*), count(distinct "SubAccountId"), count(distinct "InvoiceId"),
      count(distinct "x_ChargeId"), cast(coalesce(sum("BilledCost"), 0) as varchar), count(distinct "BillingCurrency"),
      count("ChargeClass"), cast(coalesce(sum("BilledCost") filter (where "ChargeClass" is not null), 0) as varchar)
    from ${charges}`);
  const [rows, tenants, invoices, ids, billed, currencies, corrected, net] = answer.getRows()[0] ?? [];
  const wrong: string[] = [];
  const same = (what: string, got: unknown, expected: string | number): void => {
    if (!new Big(String(got)).eq(expected))
      wrong.push(`${what}: ${String(got)} in the charges, ${expected} in the manifest`);
  };
  same('rows', rows, totals.rows);
  same('tenants', tenants, totals.tenants);
  same('invoices', invoices, totals.invoices);
  same('billed', billed, totals.billed_cost_by_currency[currency] ?? '0');
  same('corrections', corrected, corrections.count);
  same('net of corrections', net, corrections.net_amount);
  if (Number(currencies) > 1) wrong.push('charges of more than one currency');
  const skus = await connection.runAndReadAll(`select "SkuId", cast(sum("ConsumedQuantity") as varchar) from ${charges}
    where "SkuId" is not null and "ConsumedQuantity" is not null group by "SkuId"`);
  const bySku = new Map(skus.getRows().map(([sku, sum]) => [String(sku), String(sum)]));
  for (const sku of new Set([...bySku.keys(), ...Object.keys(totals.quantity_by_sku)]))
    same(`quantity of ${sku}`, bySku.get(sku) ?? '0', totals.quantity_by_sku[sku] ?? '0');
  const twice = Number(rows) - Number(ids);
  return [
    outcome(
      'control totals',
      wrong,
      `${totals.rows} rows, ${totals.billed_cost_by_currency[currency] ?? '0'} ${currency}`,
    ),
    outcome('charge ids', twice === 0 ? [] : [`${twice} rows have the x_ChargeId of another`], 'each once'),
  ];
}

/** The charges of an invoice line add up to it, and the lines of an invoice to what is billed. */
async function checkLines(folder: string, manifest: BillingManifest, connection: Connection): Promise<PackageCheck> {
  const check = 'invoice lines';
  if (manifest.focus_version === '1.2') return { check, outcome: 'skipped', detail: 'FOCUS 1.2 has no Invoice Detail' };
  const answer = await connection.runAndReadAll(`with charged as (
      select "InvoiceDetailId" as id, any_value("InvoiceId") as invoice, sum("BilledCost") as cost
      from ${parquetOf(folder, manifest.datasets, 'cost_and_usage')} group by "InvoiceDetailId"
    ), lines as (
      select "InvoiceDetailId" as id, "InvoiceId" as invoice, sum("BilledCost") as cost
      from ${parquetOf(folder, manifest.datasets, 'invoice_detail')} group by "InvoiceDetailId", "InvoiceId"
    ) select coalesce(c.id, l.id), cast(c.cost as varchar), cast(l.cost as varchar) from charged c full outer join lines l on c.id = l.id
    where c.cost is distinct from l.cost or c.invoice is distinct from l.invoice order by 1 limit 5`);
  const wrong = answer
    .getRows()
    .map(([id, charged, line]) => `${String(id)} is ${String(line)} in Invoice Detail, its charges ${String(charged)}`);
  return outcome(check, wrong, 'their charges add up to them');
}

/** Each invoice of the summary is the sum of its charges, and all of them what is billed. */
async function checkSummary(folder: string, manifest: BillingManifest, connection: Connection): Promise<PackageCheck> {
  const text = await readFile(join(folder, PACKAGE_FILES.summary), 'utf8');
  const rows: Record<string, string>[] = parse(text, { columns: true });
  const answer = await connection.runAndReadAll(`select "InvoiceId", cast(sum("BilledCost") as varchar)
    from ${parquetOf(folder, manifest.datasets, 'cost_and_usage')} group by "InvoiceId"`);
  const charged = new Map(answer.getRows().map(([id, sum]) => [String(id), String(sum)]));
  const wrong: string[] = [];
  let total = new Big(0);
  for (const { invoice_id: id = '', total: billed = '0', usage = '0', ...parts } of rows) {
    total = total.plus(billed);
    if (!new Big(charged.get(id) ?? '0').eq(billed))
      wrong.push(`${id} is ${billed}, its charges ${charged.get(id) ?? 'none'}`);
    const sum = ['purchases', 'commitments', 'corrections', 'rounding'].reduce(
      (all, key) => all.plus(parts[key] ?? '0'),
      new Big(usage),
    );
    if (!sum.eq(billed)) wrong.push(`the parts of ${id} come to ${sum.toFixed()}, not ${billed}`);
  }
  if (rows.length !== charged.size) wrong.push(`${rows.length} invoices, charges of ${charged.size}`);
  const { invoiced_total: invoiced } = manifest.reconciliation;
  if (!total.eq(invoiced)) wrong.push(`the summary comes to ${total.toFixed()}, not ${invoiced}`);
  return outcome('invoice summary', wrong.slice(0, 5), `${rows.length} invoices`);
}

/** What was measured is what was billed and what was not, by meter; the price book is the one the manifest names. */
const decimal = z.string().regex(/^-?\d+(?:\.\d+)?$/);
/** What of a reconciliation is checked. Whoever signed the package can have written anything. */
const reconciliationSchema = z.object({
  meters: z.array(
    z.object({
      service: z.string(),
      meter: z.string(),
      measured: decimal,
      billed: decimal,
      unbilled: z.record(z.string(), decimal),
    }),
  ),
  money: z.object({ charges: decimal, rounding: decimal, invoices: decimal }),
});

function readReconciliation(text: string): z.output<typeof reconciliationSchema> | undefined {
  try {
    return reconciliationSchema.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}

async function checkReconciliation(folder: string, manifest: BillingManifest): Promise<PackageCheck> {
  const wrong: string[] = [];
  const report = readReconciliation(await readFile(join(folder, PACKAGE_FILES.reconciliation), 'utf8'));
  if (report === undefined)
    return outcome('reconciliation', [`${PACKAGE_FILES.reconciliation} is no reconciliation`], '');
  for (const { service, meter, measured, billed, unbilled } of report.meters) {
    const parts = [billed, ...Object.values(unbilled)];
    const sum = parts.reduce((all, part) => all.plus(part), new Big(0));
    if (!sum.eq(measured)) wrong.push(`${service} ${meter}: ${measured} measured, ${sum.toFixed()} accounted for`);
  }
  const { charges, rounding, invoices } = report.money;
  if (!new Big(charges).plus(rounding).eq(invoices))
    wrong.push(`${charges} and ${rounding} of rounding are not ${invoices}`);
  if (!new Big(invoices).eq(manifest.reconciliation.invoiced_total))
    wrong.push('the manifest has another invoiced total');
  const book = sha256Of(await readFile(join(folder, PACKAGE_FILES.rateCards)));
  if (book !== manifest.rating.price_book_sha256)
    wrong.push(`${PACKAGE_FILES.rateCards} is not the price book of the manifest`);
  return outcome('reconciliation', wrong, `${report.meters.length} meters`);
}
