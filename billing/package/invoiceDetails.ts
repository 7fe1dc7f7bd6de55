import Big from 'big.js';
import type { Charge } from '../../model/index.js';
import { focusTime, monthWindow } from '../period.js';
import type { BilledRow } from '../rating/rateStream.js';
import { invoiceId } from './billingIds.js';
import type { FocusRow } from './costAndUsageRow.js';
import { lineOf } from './costAndUsageRow.js';
import type { ExportSettings, ExportStatus } from './ExportSettings.js';

/** The columns of Invoice Detail that are written. */
export const INVOICE_DETAIL_COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'InvoiceDetailCreated',
  'InvoiceDetailDescription',
  'InvoiceDetailGrain',
  'InvoiceDetailId',
  'InvoiceDetailLastUpdated',
  'InvoiceId',
  'InvoiceIssueDate',
  'InvoiceIssueStatus',
  'InvoiceIssuerName',
  'PaymentDueDate',
  'PaymentTerms',
  'ReferenceInvoiceId',
];

/** The columns of Billing Period. */
export const BILLING_PERIOD_COLUMNS = [
  'BillingPeriodCreated',
  'BillingPeriodEnd',
  'BillingPeriodLastUpdated',
  'BillingPeriodStart',
  'BillingPeriodStatus',
  'InvoiceIssuerName',
];

/** When and in which state the invoices of an export are. */
export interface InvoiceState {
  readonly status: ExportStatus;
  /** FOCUS time of the close or the watermark. */
  readonly createdAt: string;
}

/**
 * The invoice lines that rows of Cost and Usage add up to, unrounded: one for each tenant, service, category and, of
 * corrections, corrected period. What rounding the invoice leaves is a line of its own, as it is a row of its own.
 */
export function invoiceDetails(
  rows: readonly BilledRow[],
  settings: ExportSettings,
  { status, createdAt }: InvoiceState,
): readonly FocusRow[] {
  const lines = new Map<string, { charge: Charge; invoice: string; sum: Big }>();
  for (const { charge } of rows) {
    const { invoice, line } = lineOf(charge, settings);
    const known = lines.get(line) ?? { charge, invoice, sum: new Big(0) };
    lines.set(line, { ...known, sum: known.sum.plus(charge.BilledCost) });
  }
  return [...lines].map(([line, { charge, invoice, sum }]) => {
    const corrected = charge.ChargeClass === null ? null : charge.ChargePeriodStart.slice(0, 7);
    const { SubAccountId, ServiceName } = charge;
    const grain = {
      ServiceName,
      SubAccountId,
      ...(corrected === null ? {} : { x_CorrectedPeriod: corrected }),
    };
    const of = corrected === null ? '' : `, correction of ${corrected}`;
    const { BillingAccountId, BillingCurrency } = charge;
    return {
      BilledCost: sum.toFixed(),
      BillingAccountId,
      BillingCurrency,
      BillingPeriodEnd: charge.BillingPeriodEnd,
      BillingPeriodStart: charge.BillingPeriodStart,
      ChargeCategory: charge.ChargeCategory,
      InvoiceDetailCreated: createdAt,
      InvoiceDetailDescription: `${ServiceName} of ${SubAccountId}, ${charge.ChargeCategory.toLowerCase()}${of}`,
      InvoiceDetailGrain: JSON.stringify(grain),
      InvoiceDetailId: line,
      InvoiceDetailLastUpdated: createdAt,
      InvoiceId: invoice,
      InvoiceIssueDate: status === 'final' ? createdAt : null,
      InvoiceIssueStatus: status === 'final' ? 'Issued' : 'Open',
      InvoiceIssuerName: settings.provider,
      PaymentDueDate: null,
      PaymentTerms: settings.paymentTerms,
      ReferenceInvoiceId:
        corrected === null ? invoice : invoiceId(settings.exportName, corrected, BillingAccountId, BillingCurrency),
    };
  });
}

/** The one row of Billing Period. */
export function billingPeriodRow(period: string, settings: ExportSettings, state: InvoiceState): FocusRow {
  const { start, end } = monthWindow(period);
  return {
    BillingPeriodCreated: focusTime(start),
    BillingPeriodEnd: focusTime(end),
    BillingPeriodLastUpdated: state.createdAt,
    BillingPeriodStart: focusTime(start),
    BillingPeriodStatus: state.status === 'final' ? 'Closed' : 'Open',
    InvoiceIssuerName: settings.provider,
  };
}
