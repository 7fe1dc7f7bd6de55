import { expect, it } from 'vitest';
import { detect } from '../../../alerts/index.js';
import { HOUR_MS } from '../../../model/index.js';

const START = Date.parse('2026-11-09T00:00:00Z');
const DAYS = 15;
const TENANTS = 60;

/** Hours of equal tenants of which some use twelve times as much in the last day, and how often an hour of theirs is read. */
function service(noisy: number) {
  let reads = 0;
  const hours = new Map(
    Array.from({ length: DAYS * 24 }, (_, hour) => {
      const isLast = hour >= (DAYS - 1) * 24;
      const used = Array.from({ length: TENANTS }, (_, tenant): [string, number] => [
        `t${tenant}`,
        (5 + ((tenant * 7 + hour) % 5) / 10) * (isLast && tenant < noisy ? 12 : 1),
      ]);
      return [START + hour * HOUR_MS, new Map(used)];
    }),
  );
  const get = hours.get.bind(hours);
  hours.get = (hour) => {
    reads += hour < START + (DAYS - 1) * 24 * HOUR_MS ? 1 : 0;
    return get(hour);
  };
  return { service: 'DynamoDB', basis: 'USD at list price', priced: true, hours, reads: () => reads };
}

function found(noisy: number) {
  const end = START + DAYS * 24 * HOUR_MS;
  const { reads, ...one } = service(noisy);
  const history = { start: START, end: end - 24 * HOUR_MS };
  const tenants = Array.from({ length: TENANTS }, (_, tenant) => ({
    tenant_id: `t${tenant}`,
    tier: undefined,
    expected_share: {},
  }));
  const findings = detect({
    services: [one],
    window: { start: history.end, end },
    history,
    completeThrough: end,
    tenants,
  });
  return { noisy: findings.filter(({ kind }) => kind === 'noisy_tenant'), reads: reads() };
}

it('many findings read the history as often as one (regression: it was added up anew for each of them)', () => {
  const [one, many] = [found(1), found(8)];
  expect(one.noisy.map(({ tenant_id }) => tenant_id)).toEqual(['t0']);
  expect(many.noisy.length).toBeGreaterThan(5);
  expect(many.reads).toBe(one.reads);
  for (const { share_before } of [...one.noisy, ...many.noisy]) expect(share_before).toBeCloseTo(1 / TENANTS, 2);
});
