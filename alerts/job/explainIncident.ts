import {
  type Attribution,
  DAY_MS,
  type Finding,
  HOUR_MS,
  type Incident,
  startOfHour,
  type Window,
} from '../../model/index.js';
import { bareFinding } from '../detection/bareFinding.js';
import { noisySentence, percent } from '../detection/explain.js';
import { speaks } from '../detection/judgeWindow.js';
import type { TenantEvidence } from '../detection/TenantEvidence.js';
import { testsOf } from '../detection/testsOf.js';
import { type UsagePanel, windowStart } from '../detection/UsagePanel.js';
import { heldIn } from '../policy/heldIn.js';
import type { JudgedPanel } from '../policy/policyWindow.js';
import { nextSteps, reportLinks } from '../runbook/nextSteps.js';
import { shortId } from '../shortId.js';
import type { AlertsJob } from './AlertsJob.js';
import { attributionOf } from './attributeFindings.js';

/** An incident as people are told of it: expected against actual, who is to blame, what shows it, and what to do. */
export async function explainIncident(
  job: AlertsJob,
  incident: Incident,
  verdicts: readonly JudgedPanel[],
): Promise<Incident> {
  const judged = heldIn(incident, verdicts);
  const windowMs = judged?.panel.windowMs ?? HOUR_MS;
  const window: Window = { start: incident.last.at - windowMs, end: incident.last.at };
  const verdict = judged?.window.tenants.find(({ evidence }) => evidence.tenant === incident.tenant_id);
  const evidence = verdict?.evidence;
  const of = {
    kind: incident.kind,
    tenantId: incident.tenant_id,
    service: incident.service,
    window: { start: startOfHour(window.start), end: startOfHour(window.end + HOUR_MS - 1) },
    capacityUnknown: judged?.signal?.capacityUse == null,
  };
  const bare = bareFinding({
    id: shortId(incident.id, incident.last.at),
    severity: incident.severity,
    kind: incident.kind,
    tenant_id: incident.tenant_id,
    service: incident.service,
    window,
    windows_flagged: incident.windows,
    windows_judged: incident.windows,
    basis: judged?.panel.basis ?? 'hours',
    actual: incident.last.amount,
    expected: incident.last.ratio > 0 ? incident.last.amount / incident.last.ratio : 0,
    share: incident.last.share,
    sentence: incident.sentence,
    next: nextSteps(of),
    reports: reportLinks(of),
  });
  if (judged === undefined || evidence === undefined) return { ...incident, finding: bare };
  const { amount, excess } = evidence;
  const attribution = await attributionOf(
    job.source,
    job.prices,
    { tenant: evidence.tenant, service: incident.service, ...window },
    amount > 0 ? 1 - excess / amount : 0,
  );
  return {
    ...incident,
    finding: {
      ...bare,
      ...ofTenant(evidence, judged, window),
      attribution: [...attribution],
      ...told(evidence, judged, window, attribution, of),
    },
  };
}

function told(
  evidence: TenantEvidence,
  { panel, window: { total } }: JudgedPanel,
  window: Window,
  attribution: readonly Attribution[],
  of: Parameters<typeof nextSteps>[0],
): Pick<Finding, 'sentence' | 'next'> {
  const peer = evidence.peerExpected ?? 0;
  const beforeMs = window.start - panel.start;
  const sentence = noisySentence({
    tenantId: evidence.tenant,
    service: panel.service,
    window,
    hours: (window.end - window.start) / HOUR_MS,
    share: evidence.share,
    peerCount: evidence.peers,
    peerMedianShare: total === 0 ? 0 : peer / total,
    ratio: peer > 0 ? evidence.amount / peer : 0,
    before: beforeMs < HOUR_MS ? null : shareBefore(panel, evidence.tenant, window.start),
    beforeMs,
  });
  const which = attribution
    .map(({ value, part }) => `${value || 'unnamed'} (${percent(Math.min(1, part))})`)
    .join(', ');
  const [first] = attribution;
  const named = first === undefined ? '' : ` The excess is ${first.dimension} ${which}.`;
  return { sentence: `${sentence}${named}`, next: nextSteps({ ...of, creeping: evidence.creeping }) };
}

function ofTenant(
  evidence: TenantEvidence,
  { panel, window: { total } }: JudgedPanel,
  window: Window,
): Partial<Finding> {
  const peer = evidence.peerExpected ?? 0;
  const perDay = DAY_MS / panel.windowMs;
  return {
    tests: speaks(evidence) ? testsOf([evidence]) : [],
    actual: evidence.amount,
    expected: Math.max(0, evidence.amount - evidence.excess),
    share: evidence.share,
    peer_median_share: total === 0 ? 0 : peer / total,
    ratio_to_peer_median: peer > 0 ? evidence.amount / peer : 0,
    rank: evidence.rank,
    peers: evidence.peers,
    share_before: shareBefore(panel, evidence.tenant, window.start),
    p: evidence.peerP,
    change_ratio: evidence.changeRatio,
    is_new: evidence.isNew,
    tail_capped: evidence.tailCapped,
    excess_per_day: evidence.excess * perDay,
    excess_usd_per_day: evidence.excessUsdPerHour === null ? null : evidence.excessUsdPerHour * 24,
  };
}

/** The tenant's share of all that came before a window, as far as the panel goes; null when nothing did. */
function shareBefore(panel: UsagePanel, tenant: string, start: number): number | null {
  const place = panel.tenants.indexOf(tenant);
  let own = 0;
  let all = 0;
  panel.amounts.forEach((window, index) => {
    if (windowStart(panel, index) >= start) return;
    for (const amount of window) if (amount > 0) all += amount;
    const amount = window[place] ?? 0;
    if (amount > 0) own += amount;
  });
  return all === 0 ? null : own / all;
}
