import type { RateCard, Tenant } from '../model/index.js';
import { type Engine, streamUsageByDay } from '../queries/index.js';
import { type BillOfSteps, billOfSteps } from './lineage/billOfSteps.js';
import { planPeriod } from './rating/planPeriod.js';
import { inBillOrder, rateStream } from './rating/rateStream.js';

/**
 * Rates what a ledger has of a month, tenant by tenant, and writes nothing: a bill of ten thousand tenants holds their lines, not their
 * charges. Throws what `planPeriod` and the engine throw.
 *
 * @param over whether the data reaches the period's end; minimum commitments are due then
 */
export async function rateSoFar(input: {
  readonly engine: Engine;
  readonly period: string;
  readonly rateCards: readonly RateCard[];
  readonly tenants: readonly Tenant[];
  readonly over: boolean;
}): Promise<BillOfSteps & { readonly currency: string }> {
  const { engine, over } = input;
  const tenants = inBillOrder(input.tenants);
  const plan = planPeriod({ period: input.period, rateCards: input.rateCards, tenants });
  const order = tenants.map(({ id }) => id);
  const usage = streamUsageByDay(engine, plan.window, order);
  const bill = await billOfSteps(rateStream({ plan, tenants, usage, over }), plan.currency);
  return { ...bill, currency: plan.currency };
}
