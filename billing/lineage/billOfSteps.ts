import Big from 'big.js';
import { type Charge, minorUnits } from '../../model/index.js';
import type { RatedStep } from '../rating/rateStream.js';
import { linesOfCharges, type TenantBill } from './billLines.js';

/** A month's bill, rated and not written. */
export interface BillOfSteps {
  /** What all accounts are billed, each rounded once, with the decimals of the currency's minor unit. */
  readonly total: string;
  readonly tenants: readonly TenantBill[];
  /** Meters of tenants that are in no charge. */
  readonly unbilled: number;
}

/**
 * The bill that a month comes to, as it is rated: the lines of the charges of `rateCharges`, but no more than one account's charges are
 * held. What rounding leaves counts with the account's first tenant.
 */
export async function billOfSteps(steps: AsyncIterable<RatedStep>, currency: string): Promise<BillOfSteps> {
  const tenants: TenantBill[] = [];
  const unbilled = new Set<string>();
  let charges: Charge[] = [];
  let total = new Big(0);
  for await (const step of steps) {
    if (step.kind === 'tenant') {
      for (const { charge } of step.rows) charges.push(charge);
      for (const { usage, reason } of step.unpriced) unbilled.add(keyOf(usage, reason));
    } else if (step.kind === 'account') {
      if (step.rounding !== undefined) charges.push(step.rounding.charge);
      for (const bill of linesOfCharges(charges)) tenants.push(bill);
      charges = [];
      total = total.plus(step.invoice.billed);
    } else for (const usage of step.rows) unbilled.add(keyOf(usage, step.reason));
  }
  return { total: total.toFixed(minorUnits(currency)), tenants, unbilled: unbilled.size };
}

const keyOf = (
  { tenant_id, service, meter, unit }: { tenant_id: string; service: string; meter: string; unit: string },
  reason: string,
): string => [tenant_id, service, meter, unit, reason].join('\n');
