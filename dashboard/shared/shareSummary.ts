import type { DashboardData, ServiceData } from '../DashboardData.js';
import { amountText, displayName, percentText, timesText } from './format.js';
import { bandOf, isReserved } from './ranking.js';

/** What a service's shares say, in one sentence. */
export function shareSummary(data: DashboardData, service: ServiceData): string {
  const { rows } = service;
  const at = rows.tenant.findIndex((tenant) => !isReserved(data, tenant));
  const tenant = rows.tenant[at];
  if (tenant === undefined) return 'No usage by a registered tenant.';
  const name = displayName(data.tenants.ids[tenant] ?? '');
  const amount = amountText(rows.amount[at] ?? '0', service.unit);
  const share = rows.share[at] ?? null;
  const times = rows.times_peers[at] ?? null;
  const band = bandOf(data, service, tenant);
  if (data.audience.kind === 'tenant') {
    if (band === undefined) return `${amount} used. No comparison: fewer than five other tenants used this service.`;
    return `${amount} used, ${percentText(share)} of the service; the middle half of at least ${band.tenants} others has ${percentText(band.p25)} to ${percentText(band.p75)} each.`;
  }
  const peers = times === null ? 'it has no peer' : `${timesText(times)} the median of its peers`;
  return `${name} has ${percentText(share)} (${amount}); ${peers}.`;
}
