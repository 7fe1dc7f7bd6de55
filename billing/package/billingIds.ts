import { createHash } from 'node:crypto';
import type { Charge } from '../../model/index.js';

/** A SHA-256 over parts that cannot run into each other, in hex. */
export function hashOf(...parts: readonly (string | null)[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}

/**
 * The stable id of a charge: a hash of what makes it one charge of its bill (whose, of what price and tier, of which days),
 * not of what it amounts to. The same charge has it in every version of an export.
 */
export function chargeId(charge: Charge): string {
  const { ChargeClass, ContractedUnitPrice } = charge;
  return hashOf(
    charge.BillingPeriodStart,
    charge.SubAccountId,
    charge.ChargeCategory,
    ChargeClass,
    charge.ChargePeriodStart,
    charge.ChargePeriodEnd,
    charge.ServiceName,
    charge.SkuPriceId ?? charge.ChargeDescription,
    charge.ConsumedUnit,
    // A correction takes back at one price and bills anew at another.
    ChargeClass === null ? null : ContractedUnitPrice,
  ).slice(0, 32);
}

/**
 * The id of an account's invoice for a period. It stays the same from the first provisional export to the final one.
 *
 * @param period `YYYY-MM`
 */
export function invoiceId(exportName: string, period: string, account: string, currency: string): string {
  return `INV-${period}-${hashOf(exportName, period, account, currency).slice(0, 12).toUpperCase()}`;
}

/** What an invoice line is about: one tenant's charges of one service and category. */
export interface InvoiceLineKey {
  readonly invoice: string;
  readonly charge: Pick<Charge, 'SubAccountId' | 'ServiceName' | 'ChargeCategory' | 'ChargeClass'>;
  /** The period that a correction changes, `YYYY-MM`; null for the invoice's own. */
  readonly corrects: string | null;
}

/** The id of an invoice line. */
export function invoiceDetailId({ invoice, charge, corrects }: InvoiceLineKey): string {
  const { SubAccountId, ServiceName, ChargeCategory, ChargeClass } = charge;
  return `${invoice}-${hashOf(SubAccountId, ServiceName, ChargeCategory, ChargeClass, corrects).slice(0, 12)}`;
}
