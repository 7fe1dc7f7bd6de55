import { detect, priceUsage } from '../alerts/index.js';
import { type Config, type Finding, HOUR_MS, type Window } from '../model/index.js';
import { type Engine, usageByHour, watermark } from '../queries/index.js';

/** How far back usage is read for comparison with a tenant's own past. */
const HISTORY_MS = 28 * 24 * HOUR_MS;

/** Reads usage from the ledger and judges every full hour of the window. */
export async function detectIn(engine: Engine, config: Config, window: Window): Promise<readonly Finding[]> {
  const history: Window = { start: window.start - HISTORY_MS, end: window.start };
  const usage = await usageByHour(engine, { start: history.start, end: window.end });
  const { dataThrough } = await watermark(engine);
  const tiers = new Map(config.plans.map((plan) => [plan.id, plan.tier]));
  return detect({
    ...priceUsage(usage, config.list_prices),
    window,
    history,
    completeThrough: dataThrough ?? window.start,
    tenants: config.tenants.map((tenant) => ({
      tenant_id: tenant.id,
      tier: tenant.plan === undefined ? undefined : tiers.get(tenant.plan),
      expected_share: tenant.expected_share,
    })),
  });
}
