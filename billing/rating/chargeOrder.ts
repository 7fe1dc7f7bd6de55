import type { Charge } from '../../model/index.js';

const ORDER = { Usage: 0, Purchase: 1, Adjustment: 2 } as const;

/** The order of charges in a bill: account, tenant, category, service, meter, day, price. */
export function byChargeKey(a: Charge, b: Charge): number {
  return compareText(sortKey(a), sortKey(b));
}

function sortKey(entry: Charge): string {
  return [
    entry.BillingAccountId,
    entry.SubAccountId,
    ORDER[entry.ChargeCategory],
    entry.ServiceName,
    entry.SkuMeter,
    entry.ChargePeriodStart,
    entry.ConsumedUnit,
    entry.SkuPriceId,
    entry.ChargeDescription,
  ].join('\n');
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
