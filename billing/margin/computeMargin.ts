import Big from 'big.js';
import { AppError, type Charge } from '../../model/index.js';
import { allocationDecimal } from '../allocation/AllocatedRow.js';
import type { AllocatedCosts } from '../allocation/allocateCosts.js';

/** What was billed, what it cost, and the difference. */
export interface MarginRow {
  /** A tenant, or a reserved one, to whom nothing is billed. */
  readonly tenant_id: string;
  /** A service of the bill, or what is billed beside them: `Subscription`, `Commitment`, `Rounding`. */
  readonly service: string;
  readonly billed: Big;
  readonly allocated: Big;
  /** Billed less allocated. */
  readonly margin: Big;
}

/** The margin of a month. */
export interface Margin {
  readonly currency: string;
  /** By tenant, then service. */
  readonly rows: readonly MarginRow[];
}

/**
 * The margin of every tenant and service: what rating charges less what allocation gives. Rows add up to the invoices less the
 * cloud's bill; what is nobody's is a row of `_idle`, `_shared` or `_unknown`. Pure and exact. Throws INPUT_INVALID when the two
 * are in different currencies: nothing is converted.
 */
export function computeMargin(
  rated: {
    readonly currency: string;
    readonly charges: readonly Pick<Charge, 'SubAccountId' | 'ServiceName' | 'BilledCost'>[];
  },
  costs: Pick<AllocatedCosts, 'currency' | 'rows'>,
): Margin {
  if (costs.rows.length > 0 && rated.currency !== costs.currency) {
    throw new AppError('INPUT_INVALID', 'margin needs one currency', {
      where: '--costs',
      expected: `${rated.currency}, as the rate cards are`,
      got: costs.currency,
      hint: 'nothing is converted here: give a bill in that currency',
    });
  }
  const sums = new Map<string, { tenant_id: string; service: string; billed: Big; allocated: Big }>();
  const of = (tenant_id: string, service: string) => {
    const key = `${tenant_id}\n${service}`;
    const found = sums.get(key) ?? { tenant_id, service, billed: new Big(0), allocated: new Big(0) };
    sums.set(key, found);
    return found;
  };
  for (const { SubAccountId, ServiceName, BilledCost } of rated.charges) {
    const sum = of(SubAccountId, ServiceName);
    sum.billed = sum.billed.plus(BilledCost);
  }
  for (const { recipient, service, amount } of costs.rows) {
    const sum = of(recipient, service);
    sum.allocated = sum.allocated.plus(allocationDecimal(amount));
  }
  const rows = [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([, sum]) => ({ ...sum, margin: sum.billed.minus(sum.allocated) }));
  return { currency: rated.currency, rows };
}
