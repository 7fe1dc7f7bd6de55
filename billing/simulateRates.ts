import Big from 'big.js';
import { AppError, type RateCard, type Tenant } from '../model/index.js';
import { type Engine, streamUsageByDay, watermark } from '../queries/index.js';
import { planPeriod } from './rating/planPeriod.js';
import { accountOf, inBillOrder, rateStream } from './rating/rateStream.js';

/** What a tenant is billed for a month by the rate cards that hold, and would be by others. Before rounding, exact. */
export interface SimulatedTenant {
  readonly tenant_id: string;
  readonly billing_account: string;
  readonly billed: string;
  readonly simulated: string;
  readonly difference: string;
}

/** A month rated by two sets of rate cards. */
export interface Simulation {
  readonly period: string;
  readonly currency: string;
  /** Whether the data reaches the month's end, so that minimum commitments count on both sides. */
  readonly over: boolean;
  readonly billed: string;
  readonly simulated: string;
  readonly difference: string;
  readonly tenants: readonly SimulatedTenant[];
}

/**
 * Rates a month's usage twice, by the rate cards that hold and by others, tenant by tenant. A single version among the others
 * holds for the whole month, whatever its dates: that is what the question is. Throws as `planPeriod`, and CONFIG_INVALID for
 * rate cards in another currency.
 */
export async function simulateRates(input: {
  readonly engine: Engine;
  readonly period: string;
  readonly tenants: readonly Tenant[];
  readonly rateCards: readonly RateCard[];
  readonly otherCards: readonly RateCard[];
  readonly onProgress?: (tenants: number) => void;
}): Promise<Simulation> {
  const { engine, period } = input;
  const [only, ...more] = input.otherCards;
  const { effective_from: _from, effective_until: _until, ...undated } = only ?? { id: '' };
  const others = only !== undefined && more.length === 0 ? [undated as RateCard] : input.otherCards;
  const tenants = inBillOrder(input.tenants);
  const { dataThrough } = await watermark(engine);
  const plans = [input.rateCards, others].map((rateCards) => planPeriod({ period, rateCards, tenants }));
  const [held, other] = plans;
  if (held === undefined || other === undefined) throw new RangeError('two plans');
  if (held.currency !== other.currency) {
    throw new AppError('CONFIG_INVALID', 'the other rate cards are in another currency', {
      expected: held.currency,
      got: other.currency,
      hint: 'nothing is converted',
    });
  }
  const over = dataThrough !== null && dataThrough >= held.window.end;
  const rate = async (plan: typeof held): Promise<ReadonlyMap<string, Big>> => {
    const usage = streamUsageByDay(
      engine,
      plan.window,
      tenants.map(({ id }) => id),
    );
    const sums = new Map<string, Big>();
    for await (const step of rateStream({ plan, tenants, usage, over })) {
      if (step.kind !== 'tenant') continue;
      const cost = step.rows.reduce((sum, { charge }) => sum.plus(charge.BilledCost), new Big(0));
      sums.set(step.tenant.id, cost);
      input.onProgress?.(sums.size);
    }
    return sums;
  };
  const [billed, simulated] = [await rate(held), await rate(other)];
  const rows = tenants.map((tenant) => {
    const [before, after] = [billed.get(tenant.id) ?? new Big(0), simulated.get(tenant.id) ?? new Big(0)];
    return { tenant_id: tenant.id as string, billing_account: accountOf(tenant), before, after };
  });
  const total = (key: 'before' | 'after'): Big => rows.reduce((sum, row) => sum.plus(row[key]), new Big(0));
  return {
    ...{ period, currency: other.currency, over },
    billed: total('before').toFixed(),
    simulated: total('after').toFixed(),
    difference: total('after').minus(total('before')).toFixed(),
    tenants: rows.map(({ before, after, ...who }) => ({
      ...who,
      billed: before.toFixed(),
      simulated: after.toFixed(),
      difference: after.minus(before).toFixed(),
    })),
  };
}

/** A simulation for people, the tenants that change most first. */
export function formatSimulation({ period, currency, tenants, over, ...totals }: Simulation): string {
  const rows = [...tenants].sort(
    (a, b) => Math.abs(Number(b.difference)) - Math.abs(Number(a.difference)) || (a.tenant_id < b.tenant_id ? -1 : 1),
  );
  const cells = [
    ['tenant', 'billed', 'simulated', 'difference'],
    ...rows.map((row) => [row.tenant_id, row.billed, row.simulated, row.difference]),
    ['all', totals.billed, totals.simulated, totals.difference],
  ];
  const widths = [0, 1, 2, 3].map((column) => Math.max(...cells.map((row) => row[column]?.length ?? 0)));
  const lines = cells.map((row) =>
    row
      .map((cell, column) => (column === 0 ? cell.padEnd(widths[0] ?? 0) : cell.padStart(widths[column] ?? 0)))
      .join('  '),
  );
  return [
    `${period} in ${currency}, before rounding${over ? '' : '; the month is not over: minimum commitments are not charged yet'}`,
    ...lines.map((line) => `  ${line}`),
  ].join('\n');
}
