import * as fc from 'fast-check';
import { expect, it } from 'vitest';
import { MIN_TIER } from '../../../alerts/detection/peerTest.js';
import { SummedHours } from '../../../alerts/detection/SummedHours.js';
import { servicePanel } from '../../../alerts/detection/servicePanel.js';
import { HOUR_MS } from '../../../model/index.js';

const IDS = [...Array.from({ length: 24 }, (_, place) => `t-${place}`), '_unknown', '_shared'];

const hour = fc.dictionary(
  fc.constantFrom(...IDS),
  // Few values, so that many are equal; some that do not add up exactly.
  fc.oneof(fc.constantFrom(0, 1, 2, 0.1, 0.2, 0.7), fc.double({ min: 0, max: 1e9, noNaN: true })),
);

/** The same, the plain way: everything added up and sorted for each tenant. */
function plain(used: readonly Readonly<Record<string, number>>[], tiers: ReadonlyMap<string, string>) {
  const sums = new Map<string, number>();
  for (const one of used) for (const [id, amount] of Object.entries(one)) sums.set(id, (sums.get(id) ?? 0) + amount);
  const median = (values: readonly number[]): number => {
    const sorted = [...values].sort((a, b) => a - b);
    const half = sorted.length >> 1;
    const upper = sorted[half] ?? 0;
    return sorted.length % 2 === 1 ? upper : (upper + (sorted[half - 1] ?? 0)) / 2;
  };
  const peersOf = (id: string, tier: boolean) => {
    const others = [...sums].filter(([other, amount]) => other !== id && !other.startsWith('_') && amount > 0);
    const same = tier ? others.filter(([other]) => tiers.get(other) === tiers.get(id)) : others;
    const peers = (same.length >= MIN_TIER ? same : others).map(([, amount]) => amount);
    return { count: peers.length, median: median(peers) };
  };
  return {
    total: [...sums.values()].sort((a, b) => a - b).reduce((sum, amount) => sum + amount, 0),
    of: (id: string) => {
      const own = sums.get(id) ?? 0;
      const rank = 1 + [...sums.values()].filter((amount) => amount > own).length;
      return { own, rank, all: peersOf(id, false), tier: peersOf(id, true) };
    },
  };
}

it('says of every tenant what adding up and sorting for it alone says, to the last bit', () => {
  fc.assert(
    fc.property(fc.array(hour, { maxLength: 5 }), fc.integer({ min: 1, max: 3 }), (used, count) => {
      const tiers = new Map(IDS.slice(0, 20).map((id, place): [string, string] => [id, `tier-${place % count}`]));
      const hours = new Map(used.map((one, at) => [at * HOUR_MS, new Map(Object.entries(one))]));
      const service = { service: 'S3', basis: 'USD at list price', priced: true, hours };
      const panel = servicePanel(service, 0, used.length * HOUR_MS);
      const places = new Map(panel.tenants.map((tenant, place) => [tenant, place]));
      const windows = [...used.keys()];
      const sums = new SummedHours({ panel, places, tierOf: (id) => tiers.get(id) }, windows);
      const expected = plain(used, tiers);
      expect(sums.total).toBe(expected.total);
      for (const id of [...IDS, 'nobody']) {
        const own = sums.of(id);
        expect({
          ...{ own, rank: sums.rank(own), all: sums.peers(id), tier: sums.peersOfTier(id) },
        }).toEqual(expected.of(id));
      }
    }),
    { numRuns: 150 },
  );
});
