import { HOUR_MS } from '../../model/index.js';
import type { ServiceUsage } from './priceUsage.js';
import type { UsagePanel } from './UsagePanel.js';

/**
 * A service's windows as a panel from `from` to `until` (whole windows, epoch milliseconds), or from its first window when that
 * is later. A ledger has no row for an idle tenant: whoever has none in a window that has others' was idle. A window without any
 * row says nothing of anybody.
 */
export function servicePanel(service: ServiceUsage, from: number, until: number, windowMs = HOUR_MS): UsagePanel {
  const hours = [...service.hours.keys()].filter((hour) => hour >= from && hour < until);
  const start = hours.reduce((first, hour) => Math.min(first, hour), until);
  const ids = new Set<string>();
  for (const hour of hours) {
    service.hours.get(hour)?.forEach((_, tenant) => {
      ids.add(tenant);
    });
  }
  const tenants = [...ids].sort();
  const places = new Map(tenants.map((tenant, place) => [tenant, place]));
  const amounts = Array.from({ length: Math.round((until - start) / windowMs) }, (_, index) => {
    const used = service.hours.get(start + index * windowMs);
    const window = new Float64Array(tenants.length).fill(used === undefined ? Number.NaN : 0);
    used?.forEach((amount, tenant) => {
      window[places.get(tenant) ?? -1] = amount;
    });
    return window;
  });
  const { basis, priced } = service;
  return { service: service.service, basis, usdPerUnit: priced ? 1 : null, windowMs, start, tenants, amounts };
}
