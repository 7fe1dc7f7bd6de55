import Big from 'big.js';
import { type Charge, type RateCard, startOfDay, type Tenant, type Window } from '../../model/index.js';
import type { AllocatedCosts } from '../allocation/allocateCosts.js';
import { planPeriod } from '../rating/planPeriod.js';
import { inBillOrder, type RatedStep, rateStream, type TenantUsage } from '../rating/rateStream.js';
import type { RatedUsage } from '../rating/rateTenant.js';
import { computeMargin, type Margin } from './computeMargin.js';

/**
 * The margin of a month by its usage: `computeMargin` of the charges `rateCharges` gives, of which no more than one tenant's are held.
 * Days outside the month are left out. Throws what `planPeriod` and `computeMargin` throw.
 *
 * @param over whether the data reaches the period's end; minimum commitments are due then
 */
export async function monthMargin(input: {
  readonly usage: readonly RatedUsage[];
  readonly rateCards: readonly RateCard[];
  readonly period: string;
  readonly tenants: readonly Tenant[];
  readonly over: boolean;
  readonly costs: Pick<AllocatedCosts, 'currency' | 'rows'>;
}): Promise<Margin> {
  const { over, costs } = input;
  const tenants = inBillOrder(input.tenants);
  const plan = planPeriod({ period: input.period, rateCards: input.rateCards, tenants });
  const usage = byTenant(input.usage, plan.window, tenants);
  const charges = await sumCharges(rateStream({ plan, tenants, usage, over }));
  return computeMargin({ currency: plan.currency, charges }, costs);
}

/** Usage as `rateStream` takes it: each tenant's at once in the order of the bill, then everyone else's. */
async function* byTenant(
  usage: readonly RatedUsage[],
  { start, end }: Window,
  tenants: readonly Tenant[],
): AsyncGenerator<TenantUsage> {
  const groups = new Map<string, RatedUsage[]>(tenants.map(({ id }) => [id, []]));
  for (const row of usage) {
    const at = startOfDay(row.day);
    if (at < start || at >= end) continue;
    const group = groups.get(row.tenant_id);
    if (group === undefined) groups.set(row.tenant_id, [row]);
    else group.push(row);
  }
  for (const [tenant_id, rows] of groups) if (rows.length > 0) yield { tenant_id, rows };
}

type Billed = Pick<Charge, 'SubAccountId' | 'ServiceName' | 'BilledCost'>;

/** What is billed to each tenant for each service, what rounding leaves among it. */
async function sumCharges(steps: AsyncIterable<RatedStep>): Promise<readonly Billed[]> {
  const sums = new Map<string, Omit<Billed, 'BilledCost'> & { billed: Big }>();
  for await (const step of steps) {
    const charges =
      step.kind === 'tenant'
        ? step.rows.map(({ charge }) => charge)
        : step.kind === 'account' && step.rounding !== undefined
          ? [step.rounding.charge]
          : [];
    for (const { SubAccountId, ServiceName, BilledCost } of charges) {
      const key = `${SubAccountId}\n${ServiceName}`;
      const sum = sums.get(key) ?? { SubAccountId, ServiceName, billed: new Big(0) };
      sum.billed = sum.billed.plus(BilledCost);
      sums.set(key, sum);
    }
  }
  return [...sums.values()].map(({ billed, ...of }) => ({ ...of, BilledCost: billed.toFixed() }));
}
