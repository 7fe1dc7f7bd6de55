import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { type UsageLine, usageWriter } from '../queries/usageLake.js';
import { type BothLedgers, bothLedgers, NOON } from './icebergHarness.js';

const trino = inject('trino');
const both = (name: string): Promise<BothLedgers> => {
  if ('missing' in trino) throw new Error('no Trino');
  return bothLedgers(trino, name);
};
const HOUR = 3_600_000;
const START = Date.UTC(2026, 10, 29);

let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => writer.close());

async function expectEqual({ rowsOnTrino, rowsOnDuckDb }: BothLedgers, atLeast = 1): Promise<void> {
  const expected = await rowsOnDuckDb();
  expect(await rowsOnTrino()).toEqual(expected);
  expect(expected.usage?.length).toBeGreaterThanOrEqual(atLeast);
}

/** Deterministic, and rough: series of every kind, with late samples, resets, samples twice, taken back, silences. */
function roughLines(seed: number, count: number): readonly UsageLine[] {
  let state = seed;
  const next = (below: number): number => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  const kinds = ['sum', 'counter', 'counter', 'distinct', 'sampled'] as const;
  return Array.from({ length: count }, (_, place): UsageLine => {
    const kind = kinds[next(kinds.length)] ?? 'sum';
    const time = START + next(80) * HOUR + next(3) * 20 * 60_000 - (next(12) === 0 ? 40 * 24 * HOUR : 0);
    const value = BigInt(next(9) * 1_000_000);
    return {
      id: `e${next(8) === 0 ? next(place + 1) : place}-${seed}`,
      emitter: next(5) === 0 ? '_shared' : 'acme',
      operation: next(4) === 0 ? 'other' : '',
      kind,
      series: kind === 'sum' || kind === 'sampled' ? '' : `s${next(4)}`,
      time,
      quantity: (kind === 'counter' || kind === 'distinct') && next(10) === 0 ? -1n - value : value,
    };
  });
}

describe.skipIf('missing' in trino)('a ledger built on Trino', () => {
  it.each([
    ['noisy-dynamodb', ['--formats', '0.8', '--aggregate']],
    ['pooled', []],
  ])('equals one built on DuckDB, of a simulated lake: %s', async (scenario, extra) => {
    const ledgers = await both(`ice-${scenario}`);
    const simulation = `${ledgers.lake}-simulation`;
    const rough = ['--duplicates', '0.2', '--late', '--hostile'];
    const base = ['--scenario', scenario, '--tenants', '6', '--hours', '3', '--history', '24h', '--end', '2026-11-24'];
    await tenantscopeOk(['simulate', ...base, '--seed', '11', ...rough, ...extra, '--out', simulation]);
    const config = ['--config', `${simulation}/tenantscope.yaml`, '--lake', ledgers.lake];
    await tenantscopeOk(['run', ...config, '--input', `${simulation}/records`]);
    const { strays, ...built } = await ledgers.onTrino();
    expect([built.bookings, strays]).toEqual([1, []]);
    expect(await ledgers.onDuckDb()).toEqual(built);
    await expectEqual(ledgers, 50);
  });

  it.each([1, 2])('equals one built on DuckDB, in several cuts of rough lines: %i', async (seed) => {
    const ledgers = await both(`ice-cuts-${seed}`);
    const lines = roughLines(seed, 120);
    for (let cut = 0; cut < 3; cut++) {
      await writer.add(ledgers.lake, lines.slice(Math.max(0, cut * 40 - 5), cut * 40 + 40));
      // Who claims is the other each time.
      if (cut % 2 === 0) await ledgers.onTrino();
      await ledgers.onDuckDb();
    }
    await ledgers.onTrino();
    await expectEqual(ledgers);
  });
});
