import type { Charge, Tenant, UtcDay, Window } from '../../model/index.js';
import { type Engine, sqlText, streamUsageByDay } from '../../queries/index.js';
import { chargeId } from '../package/billingIds.js';
import { focusTime, monthWindow } from '../period.js';
import { type CardPeriod, cardsWithin } from '../rates/cardPeriods.js';
import { byChargeKey } from '../rating/chargeOrder.js';
import { correctCharges } from '../rating/correctCharges.js';
import { mergeUsage } from '../rating/mergeUsage.js';
import { accountOf, type BilledRow } from '../rating/rateStream.js';
import { type RatedUsage, rateTenant } from '../rating/rateTenant.js';
import { usedWithin } from '../usedWithin.js';
import type { BegunPeriod } from './PeriodLog.js';

/** Corrections of closed periods, by the tenant they are billed to. */
export interface LateCorrections {
  readonly rows: ReadonlyMap<string, readonly BilledRow[]>;
  /** Tenants of them that are registered no more, as they were. */
  readonly former: readonly Tenant[];
}

type UsageByTenant = ReadonlyMap<string, readonly RatedUsage[]>;

const BATCH = 100;

/**
 * What closed periods have to be corrected by, billed in a later one: usage that was booked after `from`, rated with the
 * rate cards and tenants the period was closed with. Each period is rated twice for the tenants with late usage, up to the
 * earlier date and up to the later one, and the difference is billed; so that any number of later bills adds up to what would
 * have been billed had all come in time. Who was registered only after the close is billed for all it used, in the first bill
 * after it was registered, not for fixed amounts and commitments.
 *
 * @param from what was booked up to this date, inclusive, is billed already
 * @param to what is booked later is left to later bills; everything counts when absent
 */
export async function lateCorrections(input: {
  readonly engine: Engine;
  readonly closed: readonly BegunPeriod[];
  readonly from: UtcDay;
  readonly to?: UtcDay;
  readonly tenants: readonly Tenant[];
  /** The billing period that takes them. */
  readonly into: Window;
}): Promise<LateCorrections> {
  const { engine, from, to, into } = input;
  const current = new Map<string, Tenant>(input.tenants.map((tenant) => [tenant.id, tenant]));
  const rows = new Map<string, BilledRow[]>();
  const former = new Map<string, Tenant>();
  for (const [index, period] of input.closed.entries()) {
    const window = monthWindow(period.period);
    const versions = cardsWithin(period.facts.rate_cards, window);
    const { booked_through: closedThrough, tenants: frozen } = period.facts;
    // At each close all that was booked by then is billed to whoever was registered.
    const billed = tenantsAsBilled(input.closed.slice(index));
    const fresh = [...current.keys()].filter((id) => !billed.has(id));
    const unbilled = await unbilledTenants(engine, window, { from, to, fresh });
    const known = unbilled.filter((id) => billed.has(id) || current.has(id));
    const own = new Set<string>(frozen.map(({ id }) => id));
    for (let start = 0; start < known.length; start += BATCH) {
      const ids = known.slice(start, start + BATCH);
      const before = await usageOf(engine, window, ids, from);
      const after = await usageOf(engine, window, ids, to);
      const atClose = closedThrough === from ? before : await usageOf(engine, window, ids, closedThrough);
      for (const id of ids) {
        const tenant = billed.get(id) ?? current.get(id);
        if (tenant === undefined) continue;
        const rate = (usage: UsageByTenant) => rated(tenant, versions, window, usage.get(id) ?? [], own.has(id));
        const then = billed.has(id) ? rate(before) : [];
        const issued = new Set(own.has(id) ? rate(atClose).map(chargeId) : []);
        const payer = current.get(id) ?? tenant;
        const corrected = correctionRows(then, rate(after), issued, payer, into);
        if (corrected.length === 0) continue;
        rows.set(id, [...(rows.get(id) ?? []), ...corrected]);
        if (!current.has(id)) former.set(id, tenant);
      }
    }
  }
  return { rows, former: [...former.values()] };
}

/** Each tenant as it stood in the first of these periods it was registered in: by that it is rated ever after. */
function tenantsAsBilled(periods: readonly BegunPeriod[]): ReadonlyMap<string, Tenant> {
  const tenants = new Map<string, Tenant>();
  for (const { facts } of periods)
    for (const tenant of facts.tenants) if (!tenants.has(tenant.id)) tenants.set(tenant.id, tenant);
  return tenants;
}

function rated(
  tenant: Tenant,
  versions: readonly CardPeriod[],
  period: Window,
  usage: readonly RatedUsage[],
  wasRegistered: boolean,
) {
  const { charges } = rateTenant({ tenant, versions, period, usage: mergeUsage(usage), over: true });
  return wasRegistered ? charges : charges.filter(({ SkuMeter }) => SkuMeter !== null);
}

/**
 * The rows that take a closed period's charges from one rating to another, in a later billing period.
 *
 * @param issued ids of the charges that stand in the closed period's own bill
 */
function correctionRows(
  before: readonly Charge[],
  after: readonly Charge[],
  issued: ReadonlySet<string>,
  payer: Tenant,
  into: Window,
): readonly BilledRow[] {
  return [...correctCharges(before, after)].sort(byChargeKey).map((charge) => {
    const original = chargeId(charge);
    return {
      corrects: issued.has(original) ? original : null,
      charge: {
        ...charge,
        BillingAccountId: accountOf(payer),
        BillingPeriodStart: focusTime(into.start),
        BillingPeriodEnd: focusTime(into.end),
        ChargeClass: 'Correction',
      },
    };
  });
}

/** Who has usage that is not billed yet: booked after `from`, or of those for whom nothing was billed. */
async function unbilledTenants(
  engine: Engine,
  window: Window,
  { from, to, fresh }: { readonly from: UtcDay; readonly to: UtcDay | undefined; readonly fresh: readonly string[] },
): Promise<readonly string[]> {
  const until = to === undefined ? '' : ` and booked_date <= ${sqlText(to)}`;
  const news = fresh.length === 0 ? '' : ` or tenant_id in (${fresh.map(sqlText).join(', ')})`;
  const answer = await engine.query(`select distinct tenant_id from ledger
    where ${usedWithin(window)} and (booked_date > ${sqlText(from)}${news})${until} order by tenant_id`);
  return answer.rows.map(([id]) => String(id));
}

async function usageOf(
  engine: Engine,
  window: Window,
  ids: readonly string[],
  through: UtcDay | undefined,
): Promise<UsageByTenant> {
  const bounds = { tenants: ids, ...(through === undefined ? {} : { bookedThrough: through }) };
  const usage = new Map<string, readonly RatedUsage[]>();
  for await (const { tenant_id, rows } of streamUsageByDay(engine, window, [], bounds)) usage.set(tenant_id, rows);
  return usage;
}
