import Big from 'big.js';
import type { Charge, Tenant } from '../../model/index.js';
import { categoryOf, subcategoryOf } from '../focus/serviceCategories.js';
import type { BilledRow } from '../rating/rateStream.js';
import { chargeId, invoiceDetailId, invoiceId } from './billingIds.js';
import type { ExportSettings } from './ExportSettings.js';

/** How the usage of a charge is known. */
export type UsageQuality = 'measured' | 'partial';

/** A row of a FOCUS dataset: values as FOCUS writes them, null where there is none. */
export type FocusRow = Readonly<Record<string, string | null>>;

/** The columns of Cost and Usage that are written, FOCUS's own first, by version. */
export function costAndUsageColumns({ focusVersion }: Pick<ExportSettings, 'focusVersion'>): readonly string[] {
  const provider =
    focusVersion === '1.2'
      ? ['ProviderName', 'PublisherName']
      : ['HostProviderName', 'InvoiceDetailId', 'ServiceProviderName'];
  return [...[...COLUMNS, ...provider].sort(), ...CUSTOM];
}

const COLUMNS = [
  'BilledCost',
  'BillingAccountId',
  'BillingAccountName',
  'BillingCurrency',
  'BillingPeriodEnd',
  'BillingPeriodStart',
  'ChargeCategory',
  'ChargeClass',
  'ChargeDescription',
  'ChargeFrequency',
  'ChargePeriodEnd',
  'ChargePeriodStart',
  'ConsumedQuantity',
  'ConsumedUnit',
  'ContractedCost',
  'ContractedUnitPrice',
  'EffectiveCost',
  'InvoiceId',
  'InvoiceIssuerName',
  'ListCost',
  'ListUnitPrice',
  'PricingCategory',
  'PricingQuantity',
  'PricingUnit',
  'ServiceCategory',
  'ServiceName',
  'ServiceSubcategory',
  'SkuId',
  'SkuMeter',
  'SkuPriceDetails',
  'SkuPriceId',
  'SubAccountId',
  'SubAccountName',
  'SubAccountType',
  'Tags',
];
const CUSTOM = ['x_ChargeId', 'x_CorrectsChargeId', 'x_RateCardId', 'x_UsageQuality'];

const FREQUENCIES = { Usage: 'Usage-Based', Purchase: 'Recurring', Adjustment: 'One-Time' } as const;

/** The invoice line a charge is on. */
export function lineOf(charge: Charge, settings: ExportSettings): { readonly invoice: string; readonly line: string } {
  const period = charge.BillingPeriodStart.slice(0, 7);
  const invoice = invoiceId(settings.exportName, period, charge.BillingAccountId, charge.BillingCurrency);
  const corrects = charge.ChargeClass === null ? null : charge.ChargePeriodStart.slice(0, 7);
  return { invoice, line: invoiceDetailId({ invoice, charge, corrects }) };
}

/**
 * The row of Cost and Usage of a charge. No cost is rounded: what has a price costs price × quantity, exactly. Nothing of it
 * depends on when or where it is written.
 *
 * @param place the invoice line it is on, {@link lineOf}
 */
export function costAndUsageRow(
  { charge, corrects }: BilledRow,
  tenant: Pick<Tenant, 'id' | 'name' | 'plan' | 'billing_account'>,
  quality: UsageQuality,
  place: { readonly invoice: string; readonly line: string },
  settings: ExportSettings,
): FocusRow {
  const { ListUnitPrice, PricingQuantity, BilledCost, ChargeCategory: category } = charge;
  const priced = category !== 'Adjustment';
  const subcategory = subcategoryOf(charge.ServiceName, settings.services);
  const listed =
    ListUnitPrice === null || PricingQuantity === null
      ? BilledCost
      : ListUnitPrice === charge.ContractedUnitPrice
        ? BilledCost
        : new Big(ListUnitPrice).times(PricingQuantity).toFixed();
  return {
    BilledCost,
    BillingAccountId: charge.BillingAccountId,
    // Who pays for itself alone has the name it has as a tenant; of others only the id is known.
    BillingAccountName: charge.BillingAccountId === tenant.id ? (tenant.name ?? null) : null,
    BillingCurrency: charge.BillingCurrency,
    BillingPeriodEnd: charge.BillingPeriodEnd,
    BillingPeriodStart: charge.BillingPeriodStart,
    ChargeCategory: category,
    ChargeClass: charge.ChargeClass,
    ChargeDescription: charge.ChargeDescription,
    ChargeFrequency: FREQUENCIES[category],
    ChargePeriodEnd: charge.ChargePeriodEnd,
    ChargePeriodStart: charge.ChargePeriodStart,
    ConsumedQuantity: charge.ConsumedQuantity,
    ConsumedUnit: charge.ConsumedUnit,
    ContractedCost: BilledCost,
    ContractedUnitPrice: charge.ContractedUnitPrice,
    EffectiveCost: BilledCost,
    HostProviderName: settings.host,
    InvoiceDetailId: place.line,
    InvoiceId: place.invoice,
    InvoiceIssuerName: settings.provider,
    ListCost: listed,
    ListUnitPrice,
    PricingCategory: priced ? 'Standard' : null,
    PricingQuantity,
    PricingUnit: charge.PricingUnit,
    ProviderName: settings.provider,
    PublisherName: settings.provider,
    ServiceCategory: categoryOf(subcategory) ?? 'Other',
    ServiceName: charge.ServiceName,
    ServiceProviderName: settings.provider,
    ServiceSubcategory: subcategory,
    SkuId: charge.SkuId,
    SkuMeter: charge.SkuMeter ?? (charge.SkuId === null ? null : 'Flat fee'),
    SkuPriceDetails: charge.SkuPriceDetails,
    SkuPriceId: charge.SkuPriceId,
    SubAccountId: charge.SubAccountId,
    SubAccountName: charge.SubAccountName,
    SubAccountType: charge.SubAccountType,
    Tags: tenant.plan === undefined ? null : JSON.stringify({ 'tenantscope/plan': tenant.plan }),
    x_ChargeId: chargeId(charge),
    x_CorrectsChargeId: corrects,
    x_RateCardId: charge.x_RateCardId,
    x_UsageQuality: category === 'Usage' ? quality : null,
  };
}
