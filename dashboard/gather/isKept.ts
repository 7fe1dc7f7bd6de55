import type { Finding, Incident } from '../../model/index.js';

/**
 * Whether an incident tells of a finding already. A budget's says nothing of its tenant beside its peers, nor the other way round,
 * and none says what could not be judged.
 */
export function isKept({ kind, tenant_id, service, window }: Finding, incidents: readonly Incident[]): boolean {
  return incidents.some(
    (incident) =>
      kind !== 'not_judged' &&
      (incident.kind === 'budget') === (kind === 'budget') &&
      incident.tenant_id === tenant_id &&
      incident.service === service &&
      incident.opened_at <= window.end &&
      (incident.resolved_at ?? window.end) >= window.start,
  );
}
