import type { RatedUsage } from './rateTenant.js';

/** One entry per tenant, meter, unit and day in the order of days, so that a charge is one row however usage came. */
export function mergeUsage(usage: readonly RatedUsage[]): readonly RatedUsage[] {
  const sums = new Map<string, RatedUsage>();
  for (const row of usage) {
    const key = [row.tenant_id, row.service, row.meter, row.unit, row.day].join('\n');
    const quantity_micros = (sums.get(key)?.quantity_micros ?? 0n) + row.quantity_micros;
    sums.set(key, { ...row, quantity_micros });
  }
  return [...sums.values()].sort((a, b) => (a.day < b.day ? -1 : a.day > b.day ? 1 : 0));
}
