import type { Finding } from '../../model/index.js';

/** What every finding says; the rest is what only a judged tenant has. */
type Told = Pick<Finding, 'id' | 'kind' | 'service' | 'window' | 'basis' | 'sentence' | 'next'> & Partial<Finding>;

/** A finding that compares nobody: about the fleet, not sent, without figures, unless `told` says otherwise. */
export function bareFinding(told: Told): Finding {
  return {
    severity: 'INFO',
    status: 'judged',
    tenant_id: '_fleet',
    windows_flagged: 0,
    windows_judged: 0,
    tests: [],
    actual: 0,
    expected: 0,
    share: 0,
    peer_median_share: 0,
    ratio_to_peer_median: 0,
    rank: 1,
    peers: 0,
    share_before: null,
    p: null,
    change_ratio: null,
    is_new: false,
    tail_capped: false,
    excess_usd_per_day: null,
    ...told,
  };
}
