/**
 * The column that says whose a row is, by view. An engine opened for one tenant shows these views only, and of them that
 * tenant's rows only: a view that is not listed does not exist for it.
 */
export const VIEW_OWNERS: Readonly<Record<string, string>> = {
  ledger: 'tenant_id',
  booked_events: 'emitter',
  booked_heartbeats: 'tenant_id',
  booked_sources: 'tenant_id',
  usage_recent: 'tenant_id',
  heartbeats: 'tenant_id',
  events: 'tenant_id',
  event_usage: 'tenant_id',
  tenants: 'tenant_id',
  unbooked: 'tenant_id',
};

/** Views whose rows are nobody's and tell nothing of anyone. */
const PUBLIC_VIEWS: readonly string[] = ['list_prices', 'completeness_settings', 'quotas'];

/** The views of an engine opened for one tenant. */
export const TENANT_VIEWS: readonly string[] = [...Object.keys(VIEW_OWNERS), ...PUBLIC_VIEWS];

/** What a tenant is told in place of the gaps of the whole lake, whose counts are other tenants' too. */
export function tenantGaps(gaps: readonly string[]): readonly string[] {
  return gaps.length === 0 ? [] : ['not all that came in is booked yet: these figures may not be complete'];
}
