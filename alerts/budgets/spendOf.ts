import type { Budget } from '../../model/index.js';
import type { ServiceUsage } from '../detection/priceUsage.js';

/**
 * What counts against a budget, US dollars at list price by window: the usage detection judges, of services with list prices.
 * A window without an entry spent nothing.
 */
export function spendOf(services: readonly ServiceUsage[], { tenant, service }: Budget): ReadonlyMap<number, number> {
  const spend = new Map<number, number>();
  for (const one of services) {
    if (!one.priced || (service !== undefined && service !== one.service)) continue;
    for (const [hour, tenants] of one.hours) {
      if (tenant !== undefined) add(spend, hour, tenants.get(tenant) ?? 0);
      else for (const usd of tenants.values()) add(spend, hour, usd);
    }
  }
  return spend;
}

function add(spend: Map<number, number>, hour: number, usd: number): void {
  spend.set(hour, (spend.get(hour) ?? 0) + usd);
}
