import type { Tenant, UtcDay, Window } from '../../model/index.js';
import { type Engine, streamUsageByDay } from '../../queries/index.js';
import { chargeId } from '../package/billingIds.js';
import { focusTime, monthWindow } from '../period.js';
import { type CardPeriod, cardsWithin } from '../rates/cardPeriods.js';
import { byChargeKey } from '../rating/chargeOrder.js';
import { correctCharges } from '../rating/correctCharges.js';
import { mergeUsage } from '../rating/mergeUsage.js';
import { accountOf, type BilledRow } from '../rating/rateStream.js';
import { type RatedUsage, rateTenant } from '../rating/rateTenant.js';
import type { BegunPeriod } from './PeriodLog.js';

/** Corrections of closed periods, by the tenant they are billed to. */
export interface LateCorrections {
  readonly rows: ReadonlyMap<string, readonly BilledRow[]>;
  /** Tenants of them that are registered no more, as they were. */
  readonly former: readonly Tenant[];
}

const BATCH = 100;

/**
 * What closed periods have to be corrected by, billed in a later one: usage that was booked after `from`, rated with the
 * rate cards and tenants the period was closed with. Each period is rated twice for the tenants with late usage, up to the
 * earlier date and up to the later one, and the difference is billed; so that any number of later bills adds up to what would
 * have been billed had all come in time. Who was registered only after the close is billed for what it used, not for fixed
 * amounts and commitments.
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
  for (const period of input.closed) {
    const window = monthWindow(period.period);
    const versions = cardsWithin(period.facts.rate_cards, window);
    const frozen = new Map<string, Tenant>(period.facts.tenants.map((tenant) => [tenant.id, tenant]));
    const late = await lateTenants(engine, window, from, to);
    const known = late.filter((id) => frozen.has(id) || current.has(id));
    for (let start = 0; start < known.length; start += BATCH) {
      const ids = known.slice(start, start + BATCH);
      const before = await usageOf(engine, window, ids, from);
      const after = await usageOf(engine, window, ids, to);
      for (const id of ids) {
        const tenant = frozen.get(id) ?? current.get(id);
        if (tenant === undefined) continue;
        const rate = (usage: readonly RatedUsage[]) => rated(tenant, versions, window, usage, frozen.has(id));
        const then = rate(before.get(id) ?? []);
        const payer = current.get(id) ?? tenant;
        const corrected = correctionRows(then, rate(after.get(id) ?? []), payer, into);
        if (corrected.length === 0) continue;
        rows.set(id, [...(rows.get(id) ?? []), ...corrected]);
        if (!current.has(id)) former.set(id, tenant);
      }
    }
  }
  return { rows, former: [...former.values()] };
}

function rated(
  tenant: Tenant,
  versions: readonly CardPeriod[],
  period: Window,
  usage: readonly RatedUsage[],
  wasBilled: boolean,
) {
  const { charges } = rateTenant({ tenant, versions, period, usage: mergeUsage(usage), over: true });
  return wasBilled ? charges : charges.filter(({ SkuMeter }) => SkuMeter !== null);
}

/** The rows that take a closed period's charges from one rating to another, in a later billing period. */
export function correctionRows(
  before: Parameters<typeof correctCharges>[0],
  after: Parameters<typeof correctCharges>[1],
  payer: Tenant,
  into: Window,
): readonly BilledRow[] {
  const billed = new Set(before.map(chargeId));
  return [...correctCharges(before, after)].sort(byChargeKey).map((charge) => {
    const original = chargeId(charge);
    return {
      corrects: billed.has(original) ? original : null,
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

const literal = (text: string): string => `'${text}'`;
const instant = (ms: number): string => `timestamp '${new Date(ms).toISOString().slice(0, 23).replace('T', ' ')}'`;

async function lateTenants(engine: Engine, window: Window, from: UtcDay, to?: UtcDay): Promise<readonly string[]> {
  const until = to === undefined ? '' : ` and booked_date <= ${literal(to)}`;
  const answer = await engine.query(`select distinct tenant_id from ledger
    where event_hour >= ${instant(window.start)} and event_hour < ${instant(window.end)}
      and booked_date > ${literal(from)}${until} order by tenant_id`);
  return answer.rows.map(([id]) => String(id));
}

async function usageOf(
  engine: Engine,
  window: Window,
  ids: readonly string[],
  through: UtcDay | undefined,
): Promise<ReadonlyMap<string, readonly RatedUsage[]>> {
  const bounds = { tenants: ids, ...(through === undefined ? {} : { bookedThrough: through }) };
  const usage = new Map<string, readonly RatedUsage[]>();
  for await (const { tenant_id, rows } of streamUsageByDay(engine, window, [], bounds)) usage.set(tenant_id, rows);
  return usage;
}
