import type { FindingPicture } from '../../charts/index.js';
import { type Incident, isReservedTenant } from '../../model/index.js';
import { windowStart } from '../detection/UsagePanel.js';
import { heldIn } from '../policy/heldIn.js';
import type { JudgedPanel } from '../policy/policyWindow.js';

/** Windows of the tenant's past: three days of hours, six hours of five minutes. */
const PAST = 72;

/**
 * What the picture of an incident is drawn from, out of what this run judged: the window it was held in last. Undefined where
 * there is nothing to draw: it is not about one tenant, or its window was not judged by this run.
 */
export function pictureOf(incident: Incident, verdicts: readonly JudgedPanel[]): FindingPicture | undefined {
  if (incident.kind !== 'noisy_tenant') return undefined;
  const judged = heldIn(incident, verdicts);
  const evidence = judged?.window.tenants.find(({ evidence: one }) => one.tenant === incident.tenant_id)?.evidence;
  if (judged === undefined || evidence === undefined) return undefined;
  const { panel, window } = judged;
  const last = Math.round((window.start - panel.start) / panel.windowMs);
  const amounts = panel.amounts[last] ?? new Float64Array();
  const total = sumOf(amounts);
  if (total === 0) return undefined;
  const place = panel.tenants.indexOf(incident.tenant_id);
  const first = Math.max(0, last - PAST + 1);
  return {
    tenantId: incident.tenant_id,
    service: incident.service,
    window: { start: window.start, end: window.start + panel.windowMs },
    tenants: panel.tenants
      .map((id, index) => ({ id, share: (amounts[index] ?? 0) / total }))
      .filter(({ id, share }) => share > 0 && !isReservedTenant(id))
      .sort((a, b) => b.share - a.share || (a.id < b.id ? -1 : 1)),
    peerMedian: evidence.peerExpected === null ? null : evidence.peerExpected / total,
    peers: evidence.peers,
    unit: panel.basis.startsWith('USD') ? 'USD' : (panel.basis.split(',')[0] ?? ''),
    past: panel.amounts.slice(first, last + 1).map((of, index) => ({
      start: windowStart(panel, first + index),
      amount: amountIn(of, place),
    })),
    expected: evidence.ownExpected,
  };
}

/** Null where nothing came of anybody, or the tenant's own is not known. */
function amountIn(amounts: Float64Array, place: number): number | null {
  const own = amounts[place] ?? Number.NaN;
  return sumOf(amounts) === 0 || Number.isNaN(own) ? null : own;
}

/** Of those that are known. */
function sumOf(amounts: Float64Array): number {
  let sum = 0;
  for (const amount of amounts) if (amount > 0) sum += amount;
  return sum;
}
