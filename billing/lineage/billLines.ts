import Big from 'big.js';
import type { Charge } from '../../model/index.js';
import { openMemory } from '../../queries/index.js';
import { chargesOf } from '../package/comparePackages.js';
import type { StoredVersion } from '../package/versions.js';

/** What a tenant is billed under one description in a month: the days and tiers of one price together. */
export interface BillLine {
  readonly description: string;
  /** In `unit`; null for what has no quantity. */
  readonly quantity: string | null;
  readonly unit: string | null;
  readonly billed: string;
  /** `x_ChargeId` of its largest charge, to go on with `bill lineage`; null where no package was written. */
  readonly charge: string | null;
}

/** What a tenant is billed in a month. Exact decimals; its account is rounded apart. */
export interface TenantBill {
  readonly tenant_id: string;
  readonly billed: string;
  /** The part that grows with usage. */
  readonly usage: string;
  /** Largest first. */
  readonly lines: readonly BillLine[];
}

/** One charge as it counts in a line. */
type LineCharge = Pick<
  Charge,
  'SubAccountId' | 'ChargeDescription' | 'ChargeCategory' | 'BilledCost' | 'ConsumedQuantity' | 'ConsumedUnit'
> & { readonly id: string | null };

/** The lines of charges that were rated and not written: their charges have no ids yet. Pure. */
export function linesOfCharges(charges: readonly Charge[]): readonly TenantBill[] {
  return sumLines(charges.map((charge) => ({ ...charge, id: null })));
}

/** The lines of a package that lies in a local folder, by tenant id. Throws what DuckDB throws for files that cannot be read. */
export async function linesOfPackage(stored: StoredVersion): Promise<readonly TenantBill[]> {
  const duckdb = await openMemory();
  try {
    const answer = await duckdb.connection.runAndReadAll(`select "SubAccountId", "ChargeDescription", "ChargeCategory",
        cast(sum("BilledCost") as varchar), cast(sum("ConsumedQuantity") as varchar), "ConsumedUnit",
        arg_max("x_ChargeId", abs("BilledCost"))
      from ${chargesOf(stored.folder, stored.manifest.datasets)} group by all order by all`);
    return sumLines(
      answer.getRows().map(([tenant, description, category, billed, quantity, unit, id]) => ({
        SubAccountId: String(tenant),
        ChargeDescription: String(description),
        ChargeCategory: category as Charge['ChargeCategory'],
        BilledCost: String(billed),
        ConsumedQuantity: quantity === null ? null : String(quantity),
        ConsumedUnit: unit === null ? null : String(unit),
        id: id === null ? null : String(id),
      })),
    );
  } finally {
    await duckdb.close();
  }
}

interface Sum {
  billed: Big;
  quantity: Big | null;
  readonly unit: string | null;
  readonly description: string;
  largest: Big;
  id: string | null;
}

function sumLines(charges: readonly LineCharge[]): readonly TenantBill[] {
  const tenants = new Map<string, { billed: Big; usage: Big; lines: Map<string, Sum> }>();
  for (const charge of charges) {
    const cost = new Big(charge.BilledCost);
    const tenant = tenants.get(charge.SubAccountId) ?? { billed: new Big(0), usage: new Big(0), lines: new Map() };
    tenants.set(charge.SubAccountId, tenant);
    tenant.billed = tenant.billed.plus(cost);
    if (charge.ChargeCategory === 'Usage') tenant.usage = tenant.usage.plus(cost);
    const key = `${charge.ChargeDescription}\n${charge.ConsumedUnit ?? ''}`;
    const line = tenant.lines.get(key) ?? {
      ...{ billed: new Big(0), quantity: null, largest: new Big(-1), id: null },
      ...{ unit: charge.ConsumedUnit, description: charge.ChargeDescription },
    };
    tenant.lines.set(key, line);
    line.billed = line.billed.plus(cost);
    if (charge.ConsumedQuantity !== null) line.quantity = (line.quantity ?? new Big(0)).plus(charge.ConsumedQuantity);
    if (cost.abs().gt(line.largest)) Object.assign(line, { largest: cost.abs(), id: charge.id });
  }
  return [...tenants]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([tenant_id, { billed, usage, lines }]) => ({
      tenant_id,
      billed: billed.toFixed(),
      usage: usage.toFixed(),
      lines: [...lines.values()]
        .sort((a, b) => b.billed.cmp(a.billed) || (a.description < b.description ? -1 : 1))
        .map(({ description, quantity, unit, billed: amount, id }) => ({
          ...{ description, unit, charge: id, billed: amount.toFixed() },
          quantity: quantity === null ? null : quantity.toFixed(),
        })),
    }));
}
