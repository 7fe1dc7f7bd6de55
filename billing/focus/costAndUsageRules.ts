import { sqlText } from '../../queries/index.js';
import type { FocusVersion } from './FocusColumn.js';
import type { FocusRule, FocusUniqueRule } from './FocusRule.js';
import { categoryOf, SERVICE_SUBCATEGORIES } from './serviceCategories.js';

const UNIT_PRICED = `"ChargeCategory" in ('Usage', 'Purchase') and "ChargeClass" is null`;
const PRICED = ['ChargeCategory', 'ChargeClass'];

/** `name` has to be null where the condition holds. */
const nullIf = (id: string, name: string, when: string, columns: readonly string[], words: string): FocusRule => ({
  id,
  text: `${name} MUST be null when ${words}.`,
  columns: [name, ...columns],
  broken: `(${when}) and "${name}" is not null`,
});

const givenIf = (id: string, name: string, when: string, columns: readonly string[], words: string): FocusRule => ({
  id,
  text: `${name} MUST NOT be null when ${words}.`,
  columns: [name, ...columns],
  broken: `(${when}) and "${name}" is null`,
});

const tax = (id: string, name: string): FocusRule =>
  nullIf(id, name, `"ChargeCategory" = 'Tax'`, ['ChargeCategory'], 'ChargeCategory is "Tax"');

const priced = (id: string, name: string): FocusRule =>
  givenIf(id, name, UNIT_PRICED, PRICED, 'ChargeCategory is "Usage" or "Purchase" and ChargeClass is not "Correction"');

/** `name` is null exactly where `other` is. */
const together = (ifNull: string, ifGiven: string, name: string, other: string): readonly FocusRule[] => [
  nullIf(ifNull, name, `"${other}" is null`, [other], `${other} is null`),
  givenIf(ifGiven, name, `"${other}" is not null`, [other], `${other} is not null`),
];

const PARENTS = SERVICE_SUBCATEGORIES.map((name) => `(${sqlText(name)}, ${sqlText(categoryOf(name) ?? '')})`);

/**
 * The static rules of FOCUS over several columns of Cost and Usage, by the ids of its model of requirements (1.2; 1.4 keeps
 * them). Left out are those over columns that are not written, those a row alone cannot break (MAY), and `EffectiveCost-C-005`,
 * which holds only for a purchase that covers later charges: a fixed amount here covers its own period. Price × quantity is
 * checked apart, exactly.
 */
export function costAndUsageRules(version: FocusVersion): readonly FocusRule[] {
  const provider = version === '1.2' ? 'ProviderName' : 'ServiceProviderName';
  return [
    ...[
      tax('SkuId-C-004-C', 'SkuId'),
      tax('SkuPriceId-C-004-C', 'SkuPriceId'),
      tax('PricingQuantity-C-004-C', 'PricingQuantity'),
      tax('ListUnitPrice-C-004-C', 'ListUnitPrice'),
      tax('ContractedUnitPrice-C-005-C', 'ContractedUnitPrice'),
      tax('PricingCategory-C-003-C', 'PricingCategory'),
      priced('SkuId-C-005-C', 'SkuId'),
      priced('SkuPriceId-C-005-C', 'SkuPriceId'),
      priced('PricingQuantity-C-005-C', 'PricingQuantity'),
      priced('ListUnitPrice-C-005-C', 'ListUnitPrice'),
      priced('ContractedUnitPrice-C-006-C', 'ContractedUnitPrice'),
      priced('PricingCategory-C-004-C', 'PricingCategory'),
    ],
    ...together('PricingUnit-C-005-C', 'PricingUnit-C-006-C', 'PricingUnit', 'PricingQuantity'),
    ...together('ConsumedUnit-C-005-C', 'ConsumedUnit-C-006-C', 'ConsumedUnit', 'ConsumedQuantity'),
    ...together('SkuMeter-C-004-C', 'SkuMeter-C-005-C', 'SkuMeter', 'SkuId'),
    ...together('SubAccountType-C-004-C', 'SubAccountType-C-005-C', 'SubAccountType', 'SubAccountId'),
    ...together('SubAccountName-C-004-C', 'SubAccountName-C-005-C', 'SubAccountName', 'SubAccountId'),
    nullIf('SkuPriceDetails-C-004-C', 'SkuPriceDetails', '"SkuPriceId" is null', ['SkuPriceId'], 'SkuPriceId is null'),
    nullIf(
      'ConsumedQuantity-C-005-C',
      'ConsumedQuantity',
      `"ChargeCategory" <> 'Usage'`,
      ['ChargeCategory'],
      'ChargeCategory is not "Usage"',
    ),
    {
      id: 'ChargeFrequency-C-004-C',
      text: 'ChargeFrequency MUST NOT be "Usage-Based" when ChargeCategory is "Purchase".',
      columns: ['ChargeFrequency', 'ChargeCategory'],
      broken: `"ChargeCategory" = 'Purchase' and "ChargeFrequency" = 'Usage-Based'`,
    },
    {
      id: 'BilledCost-C-005-C',
      text: `BilledCost MUST be 0 when InvoiceIssuerName is not ${provider}.`,
      columns: ['BilledCost', 'InvoiceIssuerName', provider],
      broken: `"InvoiceIssuerName" <> "${provider}" and not regexp_full_match("BilledCost", '-?0+(\\.0+)?')`,
    },
    {
      id: 'ChargeDescription-C-003-O',
      text: 'ChargeDescription SHOULD NOT be null.',
      columns: ['ChargeDescription'],
      broken: '"ChargeDescription" is null',
    },
    {
      id: 'ServiceSubcategory-C-004-M',
      text: 'ServiceSubcategory MUST belong to the ServiceCategory of the row.',
      columns: ['ServiceSubcategory', 'ServiceCategory'],
      broken: `"ServiceSubcategory" is not null and ("ServiceSubcategory", "ServiceCategory") not in (${PARENTS.join(', ')})`,
    },
    ...['BillingPeriod', 'ChargePeriod'].map((name) => ({
      id: `${name}-order`,
      text: `${name}Start is inclusive and MUST be before ${name}End, which is exclusive.`,
      columns: [`${name}Start`, `${name}End`],
      broken: `"${name}Start" >= "${name}End"`,
    })),
    {
      id: 'CorrectionHandling-period',
      text: 'A charge lies within its billing period, unless it corrects an earlier one.',
      columns: ['ChargeClass', 'ChargePeriodStart', 'ChargePeriodEnd', 'BillingPeriodStart', 'BillingPeriodEnd'],
      broken: `case when "ChargeClass" is null then "ChargePeriodStart" < "BillingPeriodStart" or "ChargePeriodEnd" > "BillingPeriodEnd"
        else "ChargePeriodEnd" > "BillingPeriodStart" end`,
    },
  ];
}

/** The rules of one value to another. */
export const COST_AND_USAGE_UNIQUE: readonly FocusUniqueRule[] = [
  { id: 'SkuPriceId-C-008-M', text: 'A SkuPriceId MUST have one SkuId.', columns: ['SkuPriceId', 'SkuId'] },
  {
    id: 'ServiceName-C-005-C',
    text: 'A ServiceName MUST have one ServiceCategory.',
    columns: ['ServiceName', 'ServiceCategory'],
  },
  {
    id: 'ServiceName-C-008-C',
    text: 'A ServiceName SHOULD have one ServiceSubcategory.',
    columns: ['ServiceName', 'ServiceSubcategory'],
  },
  {
    id: 'InvoiceDetailId-one-invoice',
    text: 'An InvoiceDetailId belongs to one InvoiceId.',
    columns: ['InvoiceDetailId', 'InvoiceId'],
  },
  {
    id: 'InvoiceDetailId-one-category',
    text: 'An InvoiceDetailId has one ChargeCategory.',
    columns: ['InvoiceDetailId', 'ChargeCategory'],
  },
];
