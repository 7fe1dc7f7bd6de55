import { join } from 'node:path';
import Big from 'big.js';
import { AppError } from '../../model/index.js';
import { openMemory } from '../../queries/index.js';
import { billedTotal } from '../formatExport.js';
import { PACKAGE_FILES } from '../package/BillingManifest.js';
import { chargesOf, isChargesFile } from '../package/comparePackages.js';
import { readCsv } from '../package/DatasetWriter.js';
import { UNBILLED_COLUMNS } from '../package/UnbilledFile.js';
import { readVersion, type StoredVersion } from '../package/versions.js';
import { CAUSES, type Cause, type Change, type Difference } from './Difference.js';
import { type ChangeSide, explainChange, type Inputs } from './explainChange.js';

/** Whether a file of a package is one that {@link diffPackages} reads beside the manifest. */
export function isDiffFile(name: string): boolean {
  return isChargesFile(name) || name === PACKAGE_FILES.unbilled;
}

/**
 * Compares two packages of one period and explains every change by usage, rate, policy or late data. The parts of each change add up to it,
 * and all changes to the difference of the totals. Throws INPUT_NOT_FOUND, INPUT_INVALID for what is no package,
 * PARAMETER_INVALID for two that cannot be compared, CHECK_FAILED should anything be left unexplained.
 */
export async function diffPackages(folderBefore: string, folderAfter: string): Promise<Difference> {
  const [before, after] = [await readVersion(folderBefore), await readVersion(folderAfter)];
  mustBeComparable(before, after);
  const { currency } = before.manifest;
  const changes = await changesOf(before, after);
  const [then, now] = [billedTotal(before.manifest), billedTotal(after.manifest)];
  const sums = new Map<Cause, Big>(CAUSES.map((cause) => [cause, new Big(0)]));
  for (const { causes } of changes)
    for (const cause of CAUSES) sums.set(cause, (sums.get(cause) ?? new Big(0)).plus(causes[cause] ?? 0));
  const difference = new Big(now).minus(then);
  const explained = [...sums.values()].reduce((total, part) => total.plus(part), new Big(0));
  if (!explained.eq(difference)) {
    throw new AppError('CHECK_FAILED', 'the changes do not add up to the difference', {
      expected: `${difference.toFixed()} ${currency}`,
      got: `${explained.toFixed()} explained`,
      hint: 'run tenantscope bill verify on both',
    });
  }
  const side = ({ manifest, version }: StoredVersion, total: string) => ({
    export_id: manifest.export_id,
    version,
    total,
  });
  const causes = Object.fromEntries([...sums].map(([cause, sum]) => [cause, sum.toFixed()])) as Record<Cause, string>;
  return {
    before: side(before, then),
    after: side(after, now),
    period: before.manifest.billing_period.start.slice(0, 7),
    currency,
    difference: difference.toFixed(),
    causes,
    changes,
  };
}

function mustBeComparable({ manifest: a }: StoredVersion, { manifest: b }: StoredVersion): void {
  for (const [what, one, other] of [
    ['billing period', a.billing_period.start, b.billing_period.start],
    ['currency', a.currency, b.currency],
  ]) {
    if (one === other) continue;
    throw new AppError('PARAMETER_INVALID', `packages of another ${what} cannot be compared`, {
      expected: String(one),
      got: String(other),
    });
  }
}

const KEY = [
  'SubAccountId',
  'ServiceName',
  'sku',
  'ChargeCategory',
  'ChargeClass',
  'ChargePeriodStart',
  'ConsumedUnit',
];

/** The rows of a package by tenant, SKU and day, tiers together. */
function sidesOf(charges: string): string {
  return `select "SubAccountId", "ServiceName",
      coalesce("SkuId", case when "ServiceName" = 'Rounding' then 'rounding' else regexp_replace("ChargeDescription", '[0-9.]+ [A-Z]{3} ', '') end) as sku,
      "ChargeCategory", "ChargeClass", strftime(cast("ChargePeriodStart" as timestamp), '%Y-%m-%d') as "ChargePeriodStart", "ConsumedUnit",
      cast(sum("BilledCost") as varchar) as cost, cast(sum("ConsumedQuantity") as varchar) as consumed,
      cast(sum("PricingQuantity") filter (where "ConsumedQuantity" is not null) as varchar) as priced,
      max("PricingUnit") filter (where "ConsumedQuantity" is not null) as pricing_unit,
      -- The last tier: its number ends the id, and t10 comes after t9.
      cast(max_by("ContractedUnitPrice", lpad(cast(length("SkuPriceId") as varchar), 6, '0') || "SkuPriceId") filter (where "ConsumedQuantity" is not null) as varchar) as unit_price,
      any_value("BillingAccountId") as account, any_value("Tags") as tags
    from ${charges} group by all`;
}

/** Why usage of a tenant and SKU is in no charge of a package. */
function unbilledOf({ folder }: StoredVersion): string {
  const file = readCsv(
    join(folder, PACKAGE_FILES.unbilled),
    UNBILLED_COLUMNS.map((name) => ({ name })),
  );
  return `select tenant_id, service || '.' || meter as sku, unit, min(reason) as reason from ${file} group by all`;
}

const VALUES = ['cost', 'consumed', 'priced', 'pricing_unit', 'unit_price', 'account', 'tags'];

async function changesOf(before: StoredVersion, after: StoredVersion): Promise<readonly Change[]> {
  const inputs = inputsOf(before, after);
  const duckdb = await openMemory();
  try {
    const { connection } = duckdb;
    const same = KEY.map((name) => `a."${name}" is not distinct from b."${name}"`).join(' and ');
    const both = (name: string): string => `coalesce(a."${name}", b."${name}")`;
    const ofUnbilled = (u: string): string =>
      `${u}.tenant_id = ${both('SubAccountId')} and ${u}.sku = ${both('sku')} and ${u}.unit = ${both('ConsumedUnit')}`;
    const apart = ['cost', 'consumed', 'account'].map((name) => `a.${name} is distinct from b.${name}`).join(' or ');
    const result = await connection.runAndReadAll(`select ${KEY.map(both).join(', ')},
        ${VALUES.flatMap((name) => [`a.${name}`, `b.${name}`]).join(', ')},
        case when a.cost is null then ua.reason when b.cost is null then ub.reason end
      from (${sidesOf(chargesOf(before.folder, before.manifest.datasets))}) a
      full outer join (${sidesOf(chargesOf(after.folder, after.manifest.datasets))}) b on ${same}
      left join (${unbilledOf(before)}) ua on ${ofUnbilled('ua')} left join (${unbilledOf(after)}) ub on ${ofUnbilled('ub')}
      where ${apart} order by 1, 2, 3, 6, 4, 5, 7`);
    return result.getRows().map((row) =>
      changeOf(
        row.map((value) => (value === null ? null : String(value))),
        inputs,
      ),
    );
  } finally {
    await duckdb.close();
  }
}

function inputsOf({ manifest: a }: StoredVersion, { manifest: b }: StoredVersion): Inputs {
  return {
    ratesDiffer: a.rating.price_book_sha256 !== b.rating.price_book_sha256,
    registryDiffers: a.rating.registry_sha256 !== b.rating.registry_sha256,
    overDiffers: a.rating.minimum_commitments !== b.rating.minimum_commitments,
  };
}

type Texts = readonly (string | null)[];

function changeOf(row: Texts, inputs: Inputs): Change {
  const [tenant, service, sku, category, chargeClass, day] = row;
  const before = sideOf(row, 0);
  const after = sideOf(row, 1);
  const about = {
    ...{ service: service ?? '', isCorrection: chargeClass !== null, category: category ?? '' },
    unbilled: row[KEY.length + 2 * VALUES.length] ?? null,
  };
  const causes = explainChange(about, before, after, inputs);
  const [then, now] = [before?.cost ?? new Big(0), after?.cost ?? new Big(0)];
  const moved = before !== undefined && after !== undefined && before.account !== after.account;
  return {
    tenant_id: tenant ?? '',
    service: service ?? '',
    sku: sku ?? '',
    category: category ?? '',
    day: day ?? '',
    before: then.toFixed(),
    after: now.toFixed(),
    difference: now.minus(then).toFixed(),
    causes: Object.fromEntries(Object.entries(causes).map(([cause, part]) => [cause, part.toFixed()])),
    quantity_before: before?.consumed?.toFixed() ?? null,
    quantity_after: after?.consumed?.toFixed() ?? null,
    account: moved ? { before: before.account, after: after.account } : null,
  };
}

/** One side of a joined row; undefined where the charge is not there. */
function sideOf(row: Texts, side: 0 | 1): ChangeSide | undefined {
  const at = (name: string): string | null => row[KEY.length + 2 * VALUES.indexOf(name) + side] ?? null;
  const cost = at('cost');
  if (cost === null) return undefined;
  const big = (text: string | null): Big | null => (text === null ? null : new Big(text));
  return {
    cost: new Big(cost),
    consumed: big(at('consumed')),
    priced: big(at('priced')),
    pricingUnit: at('pricing_unit'),
    unitPrice: big(at('unit_price')),
    account: at('account') ?? '',
    tags: at('tags'),
  };
}
