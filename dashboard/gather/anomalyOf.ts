import type { Finding, Incident } from '../../model/index.js';
import type { AnomalyData } from '../DashboardData.js';
import type { TenantPlaces } from './TenantPlaces.js';

/** Who stands for nobody alone in findings. */
const FLEET = '_fleet';

/** Causes that are told of a finding. */
const CAUSES = 3;

/** Whether a share is one of the service: a budget's is of the budget, and the fleet's is nobody's. */
const isOfService = ({ kind }: Pick<Finding, 'kind'>): boolean => kind === 'noisy_tenant';

/** A finding as the page shows it. `flags` is what its commands need to read the same lake. */
export function anomalyOfFinding(finding: Finding, places: TenantPlaces, flags: string): AnomalyData {
  const { window } = finding;
  const judged = finding.status === 'judged';
  const shared = judged && isOfService(finding);
  return {
    id: finding.id,
    state: judged ? 'finding' : 'not_judged',
    kind: finding.kind,
    severity: finding.severity,
    tenant: finding.tenant_id === FLEET ? null : places.of(finding.tenant_id),
    service: finding.service,
    window,
    sentence: finding.sentence,
    share: shared ? finding.share : null,
    times_peers: shared && finding.ratio_to_peer_median > 0 ? finding.ratio_to_peer_median : null,
    usd_per_day: finding.excess_usd_per_day === null ? null : finding.excess_usd_per_day.toFixed(2),
    flagged: `${finding.windows_flagged} of ${finding.windows_judged} hours`,
    tests: finding.tests,
    causes: (finding.attribution ?? [])
      .slice(0, CAUSES)
      .map(({ dimension, value, part }) => `${dimension} ${cut(value)}: ${Math.round(part * 100)} % of the excess`),
    next: finding.next,
    evidence: (finding.reports ?? []).map((command) => command + flags),
  };
}

/** An incident that was kept, with the evidence of what was last told of it. */
export function anomalyOfIncident(incident: Incident, places: TenantPlaces, flags: string): AnomalyData {
  const { finding } = incident;
  const base = finding === undefined ? undefined : anomalyOfFinding(finding, places, flags);
  const seen = incident.acknowledged !== null && incident.state === 'open';
  return {
    id: incident.id,
    state: seen ? 'acknowledged' : incident.state,
    kind: incident.kind,
    severity: incident.severity,
    tenant: incident.tenant_id === FLEET ? null : places.of(incident.tenant_id),
    service: incident.service,
    window: {
      start: incident.opened_at,
      end: Math.max(incident.resolved_at ?? incident.updated_at, incident.opened_at),
    },
    sentence: incident.sentence,
    share: isOfService(incident) ? incident.peak.share : null,
    // What an incident remembers itself is times what was expected, of its peers and its own past alike.
    times_peers: base?.times_peers ?? null,
    usd_per_day: base?.usd_per_day ?? null,
    flagged: incident.windows === 1 ? 'one window' : `${incident.windows} windows`,
    tests: base?.tests ?? [],
    causes: base?.causes ?? [],
    next: base?.next ?? [],
    evidence: [`tenantscope incident show ${incident.id}${flags}`, ...(base?.evidence ?? [])],
  };
}

const cut = (text: string): string => (text.length > 120 ? `${text.slice(0, 120)}…` : text);
