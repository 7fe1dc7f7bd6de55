import Big from 'big.js';
import { AppError, type Charge, DAY_MS, isReservedTenant, type Tenant } from '../../model/index.js';
import { byChargeKey } from './chargeOrder.js';
import { adjustment } from './chargeRow.js';
import { type InvoiceLine, roundAmount } from './invoiceAccounts.js';
import { mergeUsage } from './mergeUsage.js';
import type { PeriodPlan } from './planPeriod.js';
import { type RatedUsage, rateTenant, type UnpricedUsage } from './rateTenant.js';

/** A charge of the bill, and the charge of a closed period that it corrects. */
export interface BilledRow {
  readonly charge: Charge;
  /** The `x_ChargeId` of that charge; null for a charge of the period itself, and where nothing was billed before. */
  readonly corrects: string | null;
}

/** The usage of one tenant in the period. */
export interface TenantUsage {
  readonly tenant_id: string;
  readonly rows: readonly RatedUsage[];
}

/** What rating gives next: a tenant's charges, the end of an account, or usage of nobody who can be billed. */
export type RatedStep =
  | {
      readonly kind: 'tenant';
      readonly tenant: Tenant;
      readonly rows: readonly BilledRow[];
      readonly unpriced: readonly UnpricedUsage[];
    }
  | {
      readonly kind: 'account';
      readonly invoice: InvoiceLine;
      /** What rounding leaves, with the account's first tenant. */
      readonly rounding: { readonly tenant: Tenant; readonly charge: Charge } | undefined;
    }
  | {
      readonly kind: 'nobody';
      readonly rows: readonly RatedUsage[];
      readonly reason: 'reserved_tenant' | 'unregistered_tenant';
    };

/** Tenants in the order of a bill: by billing account, then by id. */
export function inBillOrder(tenants: readonly Tenant[]): readonly Tenant[] {
  const keys = new Map(tenants.map((tenant) => [tenant, `${accountOf(tenant)}\n${tenant.id}`]));
  return [...tenants].sort((a, b) => ((keys.get(a) ?? '') < (keys.get(b) ?? '') ? -1 : 1));
}

/** Who pays for a tenant: its billing account, else itself. */
export function accountOf(tenant: Tenant): string {
  return tenant.billing_account ?? tenant.id;
}

/**
 * Rates a month tenant by tenant, so that no more than one tenant's charges are held: the same charges as `rateCharges`, each
 * account's rounding behind its tenants. Throws INTERNAL when the usage does not come in the order of the tenants, since it
 * would be billed to nobody.
 *
 * @param tenants in the order of {@link inBillOrder}
 * @param usage each tenant's once, in the same order, then that of everyone else
 * @param corrections what a tenant's closed periods have to be corrected by
 */
export async function* rateStream(input: {
  readonly plan: PeriodPlan;
  readonly tenants: readonly Tenant[];
  readonly usage: AsyncIterable<TenantUsage>;
  readonly over: boolean;
  readonly corrections?: (tenant: Tenant) => readonly BilledRow[];
  /** Tenants that are there for their corrections only: they are registered no more. */
  readonly former?: ReadonlySet<string>;
}): AsyncGenerator<RatedStep> {
  const { plan, tenants, over } = input;
  const groups = input.usage[Symbol.asyncIterator]();
  let group = await groups.next();
  let account = new Account(plan);
  for (const [index, tenant] of tenants.entries()) {
    let usage: readonly RatedUsage[] = [];
    const isFormer = input.former?.has(tenant.id) === true;
    if (group.done !== true && group.value.tenant_id === tenant.id && !isFormer) {
      usage = mergeUsage(group.value.rows);
      group = await groups.next();
    }
    const { versions, window: period } = plan;
    const { charges, unpriced } = isFormer
      ? { charges: [], unpriced: [] }
      : rateTenant({ tenant, versions, period, usage, over });
    const own = [...charges].sort(byChargeKey).map((charge) => ({ charge, corrects: null }));
    const rows = [...own, ...(input.corrections?.(tenant) ?? [])];
    account.add(tenant, rows);
    yield { kind: 'tenant', tenant, rows, unpriced };
    const next = tenants[index + 1];
    if (next !== undefined && accountOf(next) === accountOf(tenant)) continue;
    const end = account.end(accountOf(tenant));
    if (end !== undefined) yield end;
    account = new Account(plan);
  }
  const registered = new Set<string>(tenants.map(({ id }) => id).filter((id) => input.former?.has(id) !== true));
  while (group.done !== true) {
    const { tenant_id: id, rows } = group.value;
    if (registered.has(id)) throw new AppError('INTERNAL', 'usage came out of order', { got: id });
    yield { kind: 'nobody', rows, reason: isReservedTenant(id) ? 'reserved_tenant' : 'unregistered_tenant' };
    group = await groups.next();
  }
}

/** Adds up one account, and rounds it once. */
class Account {
  readonly #plan: PeriodPlan;
  readonly #tenants: Tenant[] = [];
  #exact = new Big(0);

  constructor(plan: PeriodPlan) {
    this.#plan = plan;
  }

  add(tenant: Tenant, rows: readonly BilledRow[]): void {
    if (rows.length > 0) this.#tenants.push(tenant);
    for (const { charge } of rows) this.#exact = this.#exact.plus(charge.BilledCost);
  }

  end(account: string): Extract<RatedStep, { kind: 'account' }> | undefined {
    const { currency, rounding: mode, versions, window: period } = this.#plan;
    const tenant = this.#tenants[0];
    const card = versions.at(-1)?.card;
    if (tenant === undefined || card === undefined) return undefined;
    const { remainder, text } = roundAmount(this.#exact, currency, mode);
    const tenants = this.#tenants.map(({ id }) => id);
    const invoice = { billing_account: account, currency, tenants, exact: this.#exact.toFixed(), billed: text };
    const during = { start: period.end - DAY_MS, end: period.end };
    const about = { service: 'Rounding', description: 'Rounding to invoice minor unit', during };
    const rounding = remainder.eq(0)
      ? undefined
      : { tenant, charge: adjustment({ card, tenant, period }, remainder, about) };
    return { kind: 'account', invoice, rounding };
  }
}
