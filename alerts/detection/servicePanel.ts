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
  const tenants = [...new Set(hours.flatMap((hour) => [...(service.hours.get(hour)?.keys() ?? [])]))].sort();
  const amounts = Array.from({ length: Math.round((until - start) / windowMs) }, (_, index) => {
    const used = service.hours.get(start + index * windowMs);
    return Float64Array.from(tenants, (tenant) => (used === undefined ? Number.NaN : (used.get(tenant) ?? 0)));
  });
  const { basis, priced } = service;
  return { service: service.service, basis, usdPerUnit: priced ? 1 : null, windowMs, start, tenants, amounts };
}
