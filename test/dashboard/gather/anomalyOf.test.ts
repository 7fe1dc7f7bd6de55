import { expect, it } from 'vitest';
import { anomalyOfFinding, anomalyOfIncident } from '../../../dashboard/gather/anomalyOf.js';
import { isKept } from '../../../dashboard/gather/isKept.js';
import { TenantPlaces } from '../../../dashboard/gather/TenantPlaces.js';
import type { Finding } from '../../../model/index.js';
import { incident } from '../../alerts/alertSamples.js';

const START = Date.parse('2026-11-23T00:00:00Z');
const finding = (over: Partial<Finding>): Finding => ({
  ...{ id: '0123456789abcdef', severity: 'TICKET', status: 'judged', kind: 'noisy_tenant', tenant_id: 'acme' },
  ...{ service: 'DynamoDB', window: { start: START, end: START + 3_600_000 }, windows_flagged: 1, windows_judged: 1 },
  ...{ tests: [], actual: 3, expected: 1, basis: 'USD', share: 0.3, peer_median_share: 0.05, ratio_to_peer_median: 6 },
  ...{ rank: 1, peers: 11, share_before: null, p: null, change_ratio: null, is_new: false, tail_capped: false },
  ...{ excess_usd_per_day: null, sentence: 'acme', next: [], ...over },
});
const places = () => new TenantPlaces([]);

it('is a share of the service and a multiple of peers only of a tenant beside others (regression: a budget had both)', () => {
  const figures = { share: 0.3, times_peers: 6 };
  expect(anomalyOfFinding(finding({}), places(), '')).toMatchObject(figures);
  // Of a budget they are the part of the budget that was spent, and how many times too fast.
  const none = { share: null, times_peers: null };
  const burning = { tenant_id: 'acme', last: { at: START, amount: 14, share: 0.9, ratio: 14 } };
  const peak = { peak: burning.last };
  expect(anomalyOfFinding(finding({ kind: 'budget' }), places(), '')).toMatchObject(none);
  expect(anomalyOfIncident(incident({ ...burning, ...peak, kind: 'budget' }), places(), '')).toMatchObject(none);
  expect(anomalyOfIncident(incident({ kind: 'systemic', tenant_id: '_fleet' }), places(), '')).toMatchObject({
    ...none,
    tenant: null,
  });
});

it('has the multiple of peers of what was told of an incident, and none of its own past (regression)', () => {
  const told = incident({ peak: { at: START, amount: 3, share: 0.4, ratio: 2 }, finding: finding({}) });
  expect(anomalyOfIncident(told, places(), '')).toMatchObject({ share: 0.4, times_peers: 6 });
});

it('hides a finding behind an incident that tells of it, and no other (regression: a budget hid a noisy tenant)', () => {
  const of = { tenant_id: 'acme', service: 'DynamoDB', opened_at: START, resolved_at: null };
  const kept = (over: Partial<Finding>, kind: 'noisy_tenant' | 'budget') =>
    isKept(finding(over), [incident({ ...of, kind })]);
  expect(kept({}, 'noisy_tenant')).toBe(true);
  expect(kept({ kind: 'budget' }, 'budget')).toBe(true);
  expect(kept({}, 'budget')).toBe(false);
  expect(kept({ kind: 'budget' }, 'noisy_tenant')).toBe(false);
  expect(kept({ kind: 'not_judged', status: 'not_judged' }, 'noisy_tenant')).toBe(false);
  expect(kept({ service: 'S3' }, 'noisy_tenant')).toBe(false);
});
