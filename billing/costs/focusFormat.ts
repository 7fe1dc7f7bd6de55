import type { BillFormat } from './BillFormat.js';
import { CHARGE_CATEGORIES, type CostBasis } from './BillLine.js';

const COSTS: Readonly<Record<CostBasis, string>> = {
  billed: 'BilledCost',
  effective: 'EffectiveCost',
  list: 'ListCost',
};

/** Columns only FOCUS has, in every version since 1.0. */
const MARKS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ChargePeriodStart', 'BillingPeriodStart'];

/**
 * FOCUS, versions 1.0 to 1.4, also as AWS Data Exports writes it (`x_ServiceCode` is AWS's own). The three costs are columns; a
 * row of a commitment that was not used says so (`CommitmentDiscountStatus`).
 */
export const focusFormat: BillFormat = {
  name: 'FOCUS',
  recognises: (columns) => columns.some((column) => MARKS.includes(column)),
  required: (basis) => [
    'BillingPeriodStart',
    'ChargePeriodStart',
    'ChargePeriodEnd',
    'ChargeCategory',
    'BillingCurrency',
    'ServiceName',
    COSTS[basis],
  ],
  optional: () => ['CommitmentDiscountStatus', 'x_ServiceCode'],
  read(row, basis) {
    const stated = row.required('ChargeCategory', `one of ${CHARGE_CATEGORIES.join(', ')}`);
    const category = CHARGE_CATEGORIES.find((one) => one === stated);
    const code = row.text('x_ServiceCode');
    return {
      services: [row.required('ServiceName', 'a service'), ...(code === undefined ? [] : [code])],
      category: category ?? row.refuse('ChargeCategory', `one of ${CHARGE_CATEGORIES.join(', ')}`),
      unused: row.text('CommitmentDiscountStatus') === 'Unused',
      currency: row.required('BillingCurrency', 'an ISO 4217 currency code such as USD'),
      cost: row.requiredAmount(COSTS[basis], ''),
      billed: row.requiredTime('BillingPeriodStart'),
      during: { start: row.requiredTime('ChargePeriodStart'), end: row.requiredTime('ChargePeriodEnd') },
    };
  },
};
