import Big from 'big.js';
import { type Charge, DAY_MS, minorUnits, type RoundingMode } from '../../model/index.js';
import { adjustment, type ChargeScope } from './chargeRow.js';

/** The total of one billing account, rounded once. */
export interface InvoiceLine {
  readonly billing_account: string;
  readonly currency: string;
  readonly tenants: readonly string[];
  /** Exact sum of the charges before rounding. */
  readonly exact: string;
  readonly billed: string;
}

/** `half-up` rounds a half away from zero, as invoices of credits expect. */
const MODES: Readonly<Record<RoundingMode, 0 | 1 | 2 | 3>> = {
  'half-even': Big.roundHalfEven,
  'half-up': Big.roundHalfUp,
};

/** An amount rounded to its currency's minor unit, what that leaves, and its text with all its decimals. */
export function roundAmount(
  exact: Big,
  currency: string,
  rounding: RoundingMode,
): { readonly remainder: Big; readonly text: string } {
  const decimals = minorUnits(currency);
  const billed = exact.round(decimals, MODES[rounding]);
  return { remainder: billed.minus(exact), text: billed.toFixed(decimals) };
}

/**
 * Sums charges by billing account and rounds each sum once, to the currency's minor unit. What rounding leaves is a charge of
 * its own, with the account's first tenant, so that the charges of an account add up to its invoice.
 *
 * @param scopeOf the scope of a tenant's charges
 */
export function invoiceAccounts(
  charges: readonly Charge[],
  rounding: RoundingMode,
  scopeOf: (tenant: string) => ChargeScope | undefined,
): { readonly invoices: readonly InvoiceLine[]; readonly adjustments: readonly Charge[] } {
  const accounts = new Map<string, Charge[]>();
  for (const entry of charges) {
    const list = accounts.get(entry.BillingAccountId);
    if (list === undefined) accounts.set(entry.BillingAccountId, [entry]);
    else list.push(entry);
  }
  const invoices: InvoiceLine[] = [];
  const adjustments: Charge[] = [];
  for (const [account, list] of [...accounts].sort(([a], [b]) => (a < b ? -1 : 1))) {
    const currency = list[0]?.BillingCurrency ?? '';
    const exact = list.reduce((sum, entry) => sum.plus(entry.BilledCost), new Big(0));
    const { text, remainder } = roundAmount(exact, currency, rounding);
    const tenants = [...new Set(list.map((entry) => entry.SubAccountId))].sort();
    invoices.push({
      billing_account: account,
      currency,
      tenants,
      exact: exact.toFixed(),
      billed: text,
    });
    const scope = scopeOf(tenants[0] ?? '');
    if (remainder.eq(0) || scope === undefined) continue;
    const { end } = scope.period;
    const during = { start: end - DAY_MS, end };
    adjustments.push(
      adjustment(scope, remainder, { service: 'Rounding', description: 'Rounding to invoice minor unit', during }),
    );
  }
  return { invoices, adjustments };
}
