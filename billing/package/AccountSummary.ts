import Big from 'big.js';
import { type Charge, minorUnits, type Tenant } from '../../model/index.js';
import type { InvoiceLine } from '../rating/invoiceAccounts.js';
import type { BilledRow } from '../rating/rateStream.js';
import { invoiceId } from './billingIds.js';
import { csvLine, spreadsheetSafe } from './csvText.js';
import type { ExportSettings, ExportStatus } from './ExportSettings.js';

/** The columns of `invoice_summary.csv`. New ones are only ever added at the end. */
export const SUMMARY_COLUMNS = [
  'billing_account',
  'invoice_id',
  'period',
  'status',
  'currency',
  'total',
  'total_minor_units',
  'usage',
  'purchases',
  'commitments',
  'corrections',
  'rounding',
  'tenants',
  'tenant_ids',
  'tenant_names',
] as const;

const NAMED = 20;

/** Adds up what one account is billed, for the summary people read. */
export class AccountSummary {
  readonly #sums = { usage: new Big(0), purchases: new Big(0), commitments: new Big(0), corrections: new Big(0) };
  readonly #tenants: Pick<Tenant, 'id' | 'name'>[] = [];

  add(tenant: Tenant, rows: readonly BilledRow[]): void {
    if (rows.length === 0) return;
    this.#tenants.push({ id: tenant.id, ...(tenant.name === undefined ? {} : { name: tenant.name }) });
    for (const { charge } of rows) {
      const key = keyOf(charge);
      this.#sums[key] = this.#sums[key].plus(charge.BilledCost);
    }
  }

  /** The account's line, safe to open in a spreadsheet whatever its tenants are called. */
  line(
    invoice: InvoiceLine,
    about: { readonly period: string; readonly status: ExportStatus; readonly settings: ExportSettings },
  ): string {
    const { billing_account: account, currency, billed, exact } = invoice;
    const { usage, purchases, commitments, corrections } = this.#sums;
    const few = this.#tenants.slice(0, NAMED);
    const more = this.#tenants.length > NAMED ? [`and ${this.#tenants.length - NAMED} more`] : [];
    const names = few.map(({ id, name }) => spreadsheetSafe(name ?? id));
    return csvLine([
      spreadsheetSafe(account),
      invoiceId(about.settings.exportName, about.period, account, currency),
      about.period,
      about.status,
      currency,
      billed,
      new Big(billed).times(new Big(10).pow(minorUnits(currency))).toFixed(),
      usage.toFixed(),
      purchases.toFixed(),
      commitments.toFixed(),
      corrections.toFixed(),
      new Big(billed).minus(exact).toFixed(),
      String(this.#tenants.length),
      [...few.map(({ id }) => id), ...more].join(' '),
      [...names, ...more].join('; '),
    ]);
  }
}

function keyOf({ ChargeClass, ChargeCategory }: Charge): 'usage' | 'purchases' | 'commitments' | 'corrections' {
  if (ChargeClass !== null) return 'corrections';
  return ChargeCategory === 'Usage' ? 'usage' : ChargeCategory === 'Purchase' ? 'purchases' : 'commitments';
}
