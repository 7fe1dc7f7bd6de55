import { describe, expect, it } from 'vitest';
import { spanText } from '../../../alerts/messages/messageOfTransition.js';
import { type Finding, HOUR_MS } from '../../../model/index.js';
import { AT, message } from '../alertSamples.js';

const finding: Finding = {
  id: 'f',
  severity: 'PAGE',
  status: 'judged',
  kind: 'noisy_tenant',
  tenant_id: 'acme',
  service: 'DynamoDB',
  window: { start: AT - HOUR_MS, end: AT },
  windows_flagged: 1,
  windows_judged: 1,
  basis: 'USD at list price',
  tests: ['P_strong'],
  actual: 60,
  expected: 10,
  share: 0.3,
  peer_median_share: 0.05,
  ratio_to_peer_median: 6,
  rank: 1,
  peers: 14,
  share_before: 0.06,
  p: 0.0001,
  change_ratio: 6,
  is_new: false,
  tail_capped: false,
  excess_usd_per_day: 12.345,
  attribution: [{ dimension: 'operation', value: 'Scan', actual: 50, expected: 2, part: 0.96 }],
  reports: ['tenantscope report run tenant-share'],
  sentence: 'acme scans.',
  next: ['throttle it'],
};

describe('messageOfTransition', () => {
  it('says what detection says in full, and how to see it', () => {
    const { sentence, next, figures } = message('opened', 0, { finding });
    expect([sentence, next]).toEqual(['acme scans.', ['throttle it', 'see: tenantscope report run tenant-share']]);
    expect(Object.fromEntries(figures.map(({ name, value }) => [name, value]))).toMatchObject({
      expected_value: '5 %',
      peers_median: '5 %',
      excess_usd_per_day: '$12.35 a day',
      top_contributor: 'operation Scan, 96 % of the excess',
    });
  });

  it('says who closed an incident by hand, and how long it was', () => {
    const closed = { by: 'kim', reason: 'TS-40', at: AT };
    const { sentence, next } = message('resolved', 3, { finding, closed });
    expect(sentence).toMatch(/^It is over after 3 h; .*; kim closed it \(TS-40\)\. Last: /);
    expect(next).toEqual([]);
  });

  it('says spans as people do', () => {
    const minutes = [0, 45, 119, 120, 179, 47 * 60, 48 * 60, 76 * 60];
    expect(minutes.map((count) => spanText(count * 60_000))).toEqual([
      '0 min',
      '45 min',
      '119 min',
      '2 h',
      '3 h',
      '47 h',
      '2 d',
      '3 d 4 h',
    ]);
  });
});
