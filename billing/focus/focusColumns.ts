import type { FocusColumn, FocusDataset, FocusType, FocusVersion } from './FocusColumn.js';
import { SERVICE_CATEGORIES, SERVICE_SUBCATEGORIES } from './serviceCategories.js';

type Row = readonly [names: string, level: string, type: FocusType, values?: readonly string[]];

const CATEGORIES = ['Usage', 'Purchase', 'Tax', 'Credit', 'Adjustment'];
const USED = ['Used', 'Unused'];

/** Names, level (with `?` where null is allowed), type, allowed values. FOCUS 1.4, ratified 2026-06-04. */
const COST_AND_USAGE: readonly Row[] = [
  ['AllocatedMethodDetails', 'R?', 'json'],
  ['AllocatedMethodId AllocatedResourceId AllocatedResourceName', 'C?', 'string'],
  ['AllocatedTags', 'C?', 'json'],
  ['AvailabilityZone', 'C?', 'string'],
  ['BilledCost EffectiveCost ContractedCost ListCost', 'M', 'decimal'],
  ['BillingAccountId InvoiceIssuerName', 'M', 'string'],
  ['BillingAccountName', 'M?', 'string'],
  ['BillingAccountType', 'C', 'string'],
  ['BillingCurrency', 'M', 'currency'],
  ['BillingPeriodStart BillingPeriodEnd ChargePeriodStart ChargePeriodEnd', 'M', 'time'],
  ['CapacityReservationId', 'C?', 'string'],
  ['CapacityReservationStatus', 'C?', 'string', USED],
  ['ChargeCategory', 'M', 'string', CATEGORIES],
  ['ChargeClass', 'M?', 'string', ['Correction']],
  ['ChargeDescription', 'M?', 'string'],
  ['ChargeFrequency', 'R', 'string', ['One-Time', 'Recurring', 'Usage-Based']],
  ['CommitmentDiscountCategory', 'C?', 'string', ['Spend', 'Usage']],
  ['CommitmentDiscountId CommitmentDiscountName CommitmentDiscountType', 'C?', 'string'],
  ['CommitmentDiscountStatus', 'C?', 'string', USED],
  ['CommitmentDiscountQuantity', 'C?', 'decimal'],
  ['CommitmentDiscountUnit', 'C?', 'unit'],
  ['CommitmentProgramEligibilityDetails', 'C?', 'json'],
  ['ConsumedQuantity', 'C?', 'decimal'],
  ['ConsumedUnit', 'C?', 'unit'],
  ['ContractApplied', 'C?', 'json'],
  ['ContractedUnitPrice ListUnitPrice', 'C?', 'decimal+'],
  // The workbook lets it be null, the text forbids it.
  ['HostProviderName', 'M', 'string'],
  ['InvoiceDetailId InvoiceId', 'C?', 'string'],
  ['PricingCategory', 'C?', 'string', ['Standard', 'Dynamic', 'Committed', 'Other']],
  ['PricingCurrency', 'C', 'string'],
  ['PricingCurrencyEffectiveCost', 'C', 'decimal'],
  ['PricingCurrencyContractedUnitPrice PricingCurrencyListUnitPrice', 'C?', 'decimal+'],
  ['PricingQuantity', 'M?', 'decimal'],
  ['PricingUnit', 'M?', 'unit'],
  ['RegionId RegionName ResourceId ResourceName ResourceType', 'C?', 'string'],
  ['ServiceCategory', 'M', 'string', SERVICE_CATEGORIES],
  ['ServiceName ServiceProviderName', 'M', 'string'],
  ['ServiceSubcategory', 'R', 'string', SERVICE_SUBCATEGORIES],
  ['SkuId SkuPriceId SkuMeter', 'C?', 'string'],
  ['SkuPriceDetails', 'C?', 'json'],
  ['SubAccountId SubAccountName SubAccountType', 'C?', 'string'],
  ['Tags', 'C?', 'json'],
];

const BILLING_PERIOD: readonly Row[] = [
  ['BillingPeriodStart BillingPeriodEnd BillingPeriodCreated BillingPeriodLastUpdated', 'M', 'time'],
  ['BillingPeriodStatus', 'M', 'string', ['Open', 'Closed']],
  ['InvoiceIssuerName', 'M', 'string'],
];

const INVOICE_DETAIL: readonly Row[] = [
  ['BilledCost', 'M', 'decimal'],
  ['BillingAccountId InvoiceDetailId InvoiceId InvoiceIssuerName PaymentTerms ReferenceInvoiceId', 'M', 'string'],
  ['BillingCurrency', 'M', 'currency'],
  ['BillingPeriodStart BillingPeriodEnd InvoiceDetailCreated InvoiceDetailLastUpdated', 'M', 'time'],
  ['ChargeCategory', 'M', 'string', CATEGORIES],
  ['InvoiceIssueStatus', 'M', 'string', ['Open', 'Issued', 'Voided']],
  ['InvoiceDetailDescription', 'M?', 'string'],
  ['InvoiceDetailGrain', 'M?', 'json'],
  ['InvoiceIssueDate PaymentDueDate', 'M?', 'time'],
  ['PaymentCurrency', 'C', 'currency'],
  ['PaymentCurrencyBilledCost', 'C', 'decimal'],
  ['PaymentCurrencyInvoiceDetailId', 'C', 'string'],
  ['PurchaseOrderNumber', 'C?', 'string'],
];

/** What 1.2 has not, yet. */
const AFTER_1_2: ReadonlySet<string> = new Set([
  'AllocatedMethodDetails',
  'AllocatedMethodId',
  'AllocatedResourceId',
  'AllocatedResourceName',
  'AllocatedTags',
  'CommitmentProgramEligibilityDetails',
  'ContractApplied',
  'HostProviderName',
  'InvoiceDetailId',
  'ServiceProviderName',
]);

/** What 1.4 has no more. */
const ONLY_1_2: readonly Row[] = [['ProviderName PublisherName', 'M', 'string']];

function columnsOf(rows: readonly Row[]): readonly FocusColumn[] {
  return rows
    .flatMap(([names, level, type, values]) =>
      names.split(' ').map((name) => ({
        name,
        level: level.charAt(0) as FocusColumn['level'],
        nullable: level.endsWith('?'),
        type,
        ...(values === undefined ? {} : { values }),
      })),
    )
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

const V1_4: Readonly<Record<FocusDataset, readonly FocusColumn[]>> = {
  cost_and_usage: columnsOf(COST_AND_USAGE),
  billing_period: columnsOf(BILLING_PERIOD),
  invoice_detail: columnsOf(INVOICE_DETAIL),
};
const V1_2 = columnsOf([...COST_AND_USAGE, ...ONLY_1_2]).filter(({ name }) => !AFTER_1_2.has(name));

/** The columns of a FOCUS dataset in the order of their names; none where the version has no such dataset. */
export function focusColumns(version: FocusVersion, dataset: FocusDataset): readonly FocusColumn[] {
  if (version === '1.4') return V1_4[dataset];
  return dataset === 'cost_and_usage' ? V1_2 : [];
}
