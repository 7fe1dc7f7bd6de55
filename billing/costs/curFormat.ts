import type { BillFormat } from './BillFormat.js';
import type { BillLine, ChargeCategory, CostBasis } from './BillLine.js';
import type { BillRow } from './BillRow.js';

/** How a line type is taken: what it is, and its costs where they are not the billed ones. */
interface LineType {
  readonly category: ChargeCategory;
  readonly effective?: (row: BillRow) => bigint;
  /** Its effective cost is that of a commitment nobody used. */
  readonly unused?: true;
  readonly list?: (row: BillRow) => bigint;
}

const nothing = (): bigint => 0n;
const publicPrice = (row: BillRow): bigint => row.amount('pricing_public_on_demand_cost') ?? billedCost(row);
const usage: LineType = { category: 'Usage', list: publicPrice };
/** What the price was lowered by: follows the usage it is for. */
const discount: LineType = { category: 'Usage', list: nothing };

/**
 * The line types of AWS's reports. Effective costs are AWS's own rule for amortised costs: covered usage costs what it took of
 * its commitment, upfront fees nothing, and of recurring fees what was not used. At list price there are no commitments and no
 * discounts; credits, refunds, taxes and other fees are what they are.
 */
const TYPES: Readonly<Record<string, LineType>> = {
  Usage: usage,
  SavingsPlanCoveredUsage: {
    ...usage,
    effective: (row) =>
      row.firstAmount(
        ['savings_plan_net_savings_plan_effective_cost', 'savings_plan_savings_plan_effective_cost'],
        'to know what usage took of its savings plan',
      ),
  },
  SavingsPlanNegation: { category: 'Usage', effective: nothing, list: nothing },
  SavingsPlanUpfrontFee: { category: 'Purchase', effective: nothing, list: nothing },
  SavingsPlanRecurringFee: {
    category: 'Purchase',
    effective: (row) => {
      const why = 'to know what of a savings plan was not used';
      const total = row.requiredAmount('savings_plan_total_commitment_to_date', why);
      return total - row.requiredAmount('savings_plan_used_commitment', why);
    },
    unused: true,
    list: nothing,
  },
  DiscountedUsage: {
    ...usage,
    effective: (row) =>
      row.firstAmount(
        ['reservation_net_effective_cost', 'reservation_effective_cost'],
        'to know what usage took of its reservation',
      ),
  },
  RIFee: {
    category: 'Purchase',
    effective: (row) => {
      const why = 'to know what of a reservation was not used';
      const upfront = row.firstAmount(
        [
          'reservation_net_unused_amortized_upfront_fee_for_billing_period',
          'reservation_unused_amortized_upfront_fee_for_billing_period',
        ],
        why,
      );
      return (
        upfront + row.firstAmount(['reservation_net_unused_recurring_fee', 'reservation_unused_recurring_fee'], why)
      );
    },
    unused: true,
    list: nothing,
  },
  // The upfront fee of a reservation is spread over the usage it covers; any other fee is what it is.
  Fee: {
    category: 'Purchase',
    effective: (row) => (ofReservation(row) ? 0n : billedCost(row)),
    list: (row) => (ofReservation(row) ? 0n : publicPrice(row)),
  },
  BundledDiscount: discount,
  Discount: discount,
  DistributorDiscount: discount,
  EdpDiscount: discount,
  PrivateRateDiscount: discount,
  RiVolumeDiscount: discount,
  SppDiscount: discount,
  Credit: { category: 'Credit' },
  Refund: { category: 'Credit' },
  Tax: { category: 'Tax' },
};

const ofReservation = (row: BillRow): boolean => row.text('reservation_reservation_a_r_n') !== undefined;

/** What the invoice asks for: after discounts where the report has a column of its own for that. */
function billedCost(row: BillRow): bigint {
  const type = row.text('line_item_line_item_type') ?? '';
  const net = row.amount('line_item_net_unblended_cost');
  if (net !== undefined) return net;
  // Discounts are in the net cost of the lines they lower.
  if (TYPES[type] === discount && row.has('line_item_net_unblended_cost')) return 0n;
  return row.requiredAmount('line_item_unblended_cost', '');
}

const COMMITMENTS = [
  'savings_plan_net_savings_plan_effective_cost',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_total_commitment_to_date',
  'savings_plan_used_commitment',
  'reservation_net_effective_cost',
  'reservation_effective_cost',
  'reservation_net_unused_amortized_upfront_fee_for_billing_period',
  'reservation_unused_amortized_upfront_fee_for_billing_period',
  'reservation_net_unused_recurring_fee',
  'reservation_unused_recurring_fee',
] as const;

/**
 * AWS Cost and Usage Report 2.0 (table COST_AND_USAGE_REPORT of Data Exports). Columns of commitments are needed where there is
 * a line that needs them; the message names it.
 */
export const curFormat: BillFormat = {
  name: 'CUR 2.0',
  recognises: (columns) => columns.some((column) => column.startsWith('line_item_')),
  required: (basis) => [
    'bill_billing_period_start_date',
    'line_item_line_item_type',
    'line_item_product_code',
    'line_item_usage_start_date',
    'line_item_usage_end_date',
    'line_item_currency_code',
    'line_item_unblended_cost',
    ...(basis === 'list' ? ['pricing_public_on_demand_cost'] : []),
  ],
  optional: (basis) => [
    'line_item_net_unblended_cost',
    ...(basis === 'billed' ? [] : ['reservation_reservation_a_r_n']),
    ...(basis === 'effective' ? COMMITMENTS : []),
  ],
  read(row, basis): BillLine {
    const name = row.required('line_item_line_item_type', 'a line type such as Usage');
    const type = TYPES[name];
    const start = row.time('line_item_usage_start_date');
    return {
      services: [row.required('line_item_product_code', 'a product code such as AmazonDynamoDB')],
      category: type?.category ?? 'Adjustment',
      unused: basis === 'effective' && type?.unused === true,
      currency: row.required('line_item_currency_code', 'an ISO 4217 currency code such as USD'),
      cost: costOf(row, type, basis),
      billed: row.requiredTime('bill_billing_period_start_date'),
      during: start === undefined ? undefined : { start, end: row.requiredTime('line_item_usage_end_date') },
      ...(type === undefined ? { unknownType: name } : {}),
    };
  },
};

function costOf(row: BillRow, type: LineType | undefined, basis: CostBasis): bigint {
  // Read in any case: a line without it is damaged, whatever is chosen.
  const billed = billedCost(row);
  if (basis === 'billed') return billed;
  return type?.[basis]?.(row) ?? billed;
}
