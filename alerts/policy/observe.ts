import { type Extent, humanInstant, type Severity } from '../../model/index.js';
import { percent } from '../detection/explain.js';
import type { PanelWindow } from '../detection/judgePanel.js';
import { speaks } from '../detection/judgeWindow.js';
import type { TenantEvidence } from '../detection/TenantEvidence.js';
import type { Signal } from '../detection/TenantFacts.js';
import type { Observation } from './advanceIncidents.js';

const CALM_P = 0.2;
const CALM_RATIO = 1.5;

/**
 * What one judged window of a panel means for incidents: one observation for each tenant something is said of or that is
 * watched, and one for the fleet where all moved together, too many stand out, or there is no majority to compare with; no
 * tenant is named then.
 */
export function observe(
  window: PanelWindow,
  of: { readonly service: string; readonly windowMs: number; readonly signal: Signal | undefined },
): readonly Observation[] {
  const at = window.start + of.windowMs;
  const observations: Observation[] = [];
  const fleet = (
    kind: Observation['kind'],
    direction: Observation['direction'],
    severity: Severity,
    text: string,
  ): void => {
    const extent: Extent = { at, amount: window.total, share: 1, ratio: window.fleet?.ratio ?? 1 };
    const when = `from ${humanInstant(window.start)} to ${humanInstant(at)} UTC`;
    observations.push({
      kind,
      tenant_id: '_fleet',
      service: of.service,
      direction,
      severity,
      calm: false,
      extent,
      sentence: `${of.service} ${when}: ${text}.`,
    });
  };
  if (window.fleet !== undefined) {
    const throttled = (of.signal?.throttledRequests ?? 0) > 0;
    const did = `all tenants' use is ${window.fleet.ratio.toFixed(1)} times what it was at that time before`;
    fleet('infrastructure', window.fleet.direction, throttled ? 'PAGE' : 'TICKET', did);
  }
  if (window.systemic !== undefined) {
    fleet('systemic', 'none', 'PAGE', `${window.systemic} of ${window.active} tenants stand out at once`);
    return observations;
  }
  if (window.noMajority) {
    fleet('no_majority_peer_group', 'none', 'TICKET', 'there is no majority to compare with; declare tiers');
    return observations;
  }
  for (const { evidence, severity } of window.tenants) {
    const ratio = ratioOf(evidence);
    observations.push({
      kind: 'noisy_tenant',
      tenant_id: evidence.tenant,
      service: of.service,
      direction: 'up',
      severity,
      calm: !speaks(evidence) && isCalm(evidence, ratio),
      extent: { at, amount: evidence.amount, share: evidence.share, ratio },
      sentence: `${evidence.tenant} used ${percent(evidence.share)} of ${of.service} from ${humanInstant(window.start)} to ${humanInstant(at)} UTC, ${ratio.toFixed(1)} times what was expected.`,
    });
  }
  return observations;
}

function isCalm({ peerP, changeP }: TenantEvidence, ratio: number): boolean {
  // A tenant can be larger than its peers for good: what says that it is back is its own past, where there is one.
  return (changeP ?? peerP ?? 1) > CALM_P && ratio < CALM_RATIO;
}

/** How many times more than the larger of what its peers and its own past lead one to expect; 1 when nothing does. */
function ratioOf({ amount, peerExpected, ownExpected }: TenantEvidence): number {
  const expected = Math.max(peerExpected ?? 0, ownExpected ?? 0);
  return expected > 0 ? amount / expected : 1;
}
