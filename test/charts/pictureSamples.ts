import type { FindingPicture } from '../../charts/index.js';

const HOUR_MS = 3_600_000;
const END = Date.parse('2026-11-23T11:00:00Z');

/** acme at 30 % of DynamoDB among fifteen, after two days near 5 % with an hour of which nothing is known. */
export function picture(over: Partial<FindingPicture> = {}): FindingPicture {
  const others = Array.from({ length: 14 }, (_, index) => ({
    id: `tenant-${index + 1}`,
    share: 0.053 - index * 0.0005,
  }));
  const past = Array.from({ length: 48 }, (_, index) => ({
    start: END - (48 - index) * HOUR_MS,
    amount: index === 20 ? null : index === 47 ? 7.4 : 0.95 + 0.15 * Math.sin(index / 4),
  }));
  return {
    tenantId: 'acme',
    service: 'DynamoDB',
    window: { start: END - HOUR_MS, end: END },
    tenants: [{ id: 'acme', share: 0.3 }, ...others],
    peerMedian: 0.05,
    peers: 14,
    unit: 'USD',
    past,
    expected: 0.98,
    ...over,
  };
}
