import { join } from 'node:path';
import { decimalFromMicros, type Tenant } from '../../model/index.js';
import type { MemoryDuckDb } from '../../queries/index.js';
import type { FocusDataset } from '../focus/FocusColumn.js';
import type { PeriodPlan } from '../rating/planPeriod.js';
import type { BilledRow, RatedStep } from '../rating/rateStream.js';
import { AccountSummary, SUMMARY_COLUMNS } from './AccountSummary.js';
import { PACKAGE_FILES } from './BillingManifest.js';
import { costAndUsageColumns, costAndUsageRow, lineOf, type UsageQuality } from './costAndUsageRow.js';
import { csvLine } from './csvText.js';
import { DatasetWriter, type PackageFile } from './DatasetWriter.js';
import type { DecimalScales } from './decimalScales.js';
import type { ExportSettings, ExportStatus } from './ExportSettings.js';
import { BILLING_PERIOD_COLUMNS, billingPeriodRow, INVOICE_DETAIL_COLUMNS, invoiceDetails } from './invoiceDetails.js';
import { type PackageColumn, packageColumns } from './packageColumns.js';
import { Reconciliation, signedMicros } from './Reconciliation.js';
import { TextFile } from './TextFile.js';
import { UnbilledFile } from './UnbilledFile.js';

/** What the datasets of a package say beside the charges themselves. */
export interface BodyOptions {
  readonly folder: string;
  readonly plan: PeriodPlan;
  readonly settings: ExportSettings;
  readonly status: ExportStatus;
  /** FOCUS time. */
  readonly createdAt: string;
  readonly scales: DecimalScales;
  /** UTC days on which a tenant's lines are not all there, by tenant; undefined when nothing is known. */
  readonly doubtful: ReadonlyMap<string, ReadonlySet<string>> | undefined;
  readonly duckdb: MemoryDuckDb;
  /** Rows of a part of Cost and Usage; replaced in tests. */
  readonly partRows?: number;
}

/** A dataset as it was written. */
export interface WrittenDataset {
  readonly name: FocusDataset;
  readonly columns: readonly PackageColumn[];
  readonly files: readonly PackageFile[];
}

/** Totals of a package, counted while it was written. */
export interface BodyTotals {
  readonly rows: number;
  readonly tenants: number;
  readonly invoices: number;
  readonly quantityBySku: Readonly<Record<string, string>>;
  /** Lines of `unbilled.csv` by reason. */
  readonly unbilled: Readonly<Record<string, number>>;
  /** The accounts billed most. */
  readonly largest: readonly { readonly billing_account: string; readonly billed: string }[];
}

interface OpenDataset {
  readonly name: FocusDataset;
  readonly columns: readonly PackageColumn[];
  readonly writer: DatasetWriter;
}

const LARGEST = 20;

/**
 * The files of a package that grow with the bill, written step by step as it is rated: of the charges no more than one
 * tenant's are held, and of an account its sums.
 */
export class PackageBody {
  readonly reconciliation = new Reconciliation();
  readonly #options: BodyOptions;
  readonly #charges: OpenDataset;
  /** Billing Period and Invoice Detail, which 1.2 has not. */
  readonly #periods: OpenDataset | undefined;
  readonly #lines: OpenDataset | undefined;
  readonly #summary: TextFile;
  readonly #unbilled: UnbilledFile;
  readonly #bySku = new Map<string, bigint>();
  #account = new AccountSummary();
  #largest: { billing_account: string; billed: string }[] = [];
  #rows = 0;
  #tenants = 0;
  #invoices = 0;

  private constructor(options: BodyOptions, summary: TextFile, unbilled: UnbilledFile) {
    this.#options = options;
    this.#summary = summary;
    this.#unbilled = unbilled;
    const { folder, settings, scales, duckdb, partRows } = options;
    const begin = (name: FocusDataset, names: readonly string[]): OpenDataset => {
      const columns = packageColumns(settings.focusVersion, name, names, scales);
      const parts = name === 'cost_and_usage';
      const size = partRows === undefined ? {} : { partRows };
      return { name, columns, writer: new DatasetWriter({ folder, name, columns, duckdb, parts, ...size }) };
    };
    this.#charges = begin('cost_and_usage', costAndUsageColumns(settings));
    if (settings.focusVersion === '1.2') return;
    this.#periods = begin('billing_period', BILLING_PERIOD_COLUMNS);
    this.#lines = begin('invoice_detail', INVOICE_DETAIL_COLUMNS);
  }

  static async begin(options: BodyOptions): Promise<PackageBody> {
    const summary = await TextFile.begin(join(options.folder, PACKAGE_FILES.summary), csvLine(SUMMARY_COLUMNS));
    return new PackageBody(options, summary, await UnbilledFile.begin(options.folder));
  }

  async add(step: RatedStep): Promise<void> {
    if (step.kind === 'tenant') return this.#tenant(step);
    if (step.kind === 'account') return this.#endAccount(step);
    const { rows, reason } = step;
    for (const usage of rows) this.reconciliation.unbilled(usage, reason);
    return this.#unbilled.add(rows.map((usage) => ({ usage, reason })));
  }

  async #tenant({ tenant, rows, unpriced }: Extract<RatedStep, { kind: 'tenant' }>): Promise<void> {
    for (const { charge } of rows) {
      const { SkuId, ConsumedQuantity } = charge;
      if (SkuId === null || ConsumedQuantity === null) continue;
      this.#bySku.set(SkuId, (this.#bySku.get(SkuId) ?? 0n) + signedMicros(ConsumedQuantity));
    }
    for (const { usage, reason } of unpriced) this.reconciliation.unbilled(usage, reason);
    await this.#unbilled.add(unpriced);
    if (rows.length === 0) return;
    this.#tenants += 1;
    this.#account.add(tenant, rows);
    for (const row of rows) this.reconciliation.charge(row);
    await this.#write(tenant, rows);
  }

  async #endAccount({ invoice, rounding }: Extract<RatedStep, { kind: 'account' }>): Promise<void> {
    const { plan, status, settings } = this.#options;
    if (rounding !== undefined) {
      this.reconciliation.rounding(rounding.charge.BilledCost);
      await this.#write(rounding.tenant, [{ charge: rounding.charge, corrects: null }]);
    }
    this.reconciliation.invoice(invoice.billed);
    this.#invoices += 1;
    await this.#summary.add(this.#account.line(invoice, { period: plan.period, status, settings }));
    this.#account = new AccountSummary();
    this.#largest = [...this.#largest, invoice]
      .sort((a, b) => Number(b.billed) - Number(a.billed) || (a.billing_account < b.billing_account ? -1 : 1))
      .slice(0, LARGEST);
  }

  async #write(tenant: Tenant, rows: readonly BilledRow[]): Promise<void> {
    const { settings, status, createdAt } = this.#options;
    this.#rows += rows.length;
    await this.#charges.writer.write(
      rows.map((row) => costAndUsageRow(row, tenant, this.#quality(row), lineOf(row.charge, settings), settings)),
    );
    await this.#lines?.writer.write(invoiceDetails(rows, settings, { status, createdAt }));
  }

  #quality({ charge }: BilledRow): UsageQuality {
    const day = charge.ChargePeriodStart.slice(0, 10);
    // What a shared service's lines should say of a tenant is missing for that tenant.
    const doubtful = [charge.SubAccountId, '_shared'].some((id) => this.#options.doubtful?.get(id)?.has(day) === true);
    return doubtful ? 'partial' : 'measured';
  }

  /** How far it is. */
  get done(): { readonly tenants: number; readonly rows: number } {
    return { tenants: this.#tenants, rows: this.#rows };
  }

  async end(): Promise<{
    readonly datasets: readonly WrittenDataset[];
    readonly files: readonly PackageFile[];
    readonly totals: BodyTotals;
  }> {
    const { plan, settings, status, createdAt } = this.#options;
    await this.#periods?.writer.write([billingPeriodRow(plan.period, settings, { status, createdAt })]);
    const datasets: WrittenDataset[] = [];
    for (const dataset of this.#open()) {
      const { name, columns, writer } = dataset;
      datasets.push({ name, columns, files: await writer.end() });
    }
    const files = [await this.#summary.end(), await this.#unbilled.end()];
    const skus = [...this.#bySku].sort(([a], [b]) => (a < b ? -1 : 1));
    const totals = {
      rows: this.#rows,
      tenants: this.#tenants,
      invoices: this.#invoices,
      quantityBySku: Object.fromEntries(skus.map(([sku, sum]) => [sku, decimalFromMicros(sum)])),
      unbilled: this.#unbilled.counts,
      largest: this.#largest.map(({ billing_account, billed }) => ({ billing_account, billed })),
    };
    return { datasets, files, totals };
  }

  /** Closes every file as it is. */
  async abandon(): Promise<void> {
    for (const { writer } of this.#open()) await writer.abandon();
    await this.#summary.abandon();
    await this.#unbilled.abandon();
  }

  #open(): readonly OpenDataset[] {
    return [this.#charges, this.#periods, this.#lines].filter((dataset) => dataset !== undefined);
  }
}
