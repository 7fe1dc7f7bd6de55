import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, inject, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { type UsageLine, usageWriter } from '../queries/usageLake.js';
import { openEngines, VIEWS, viewRows } from './compareEngines.js';

const trino = inject('trino');
const DAY = 86_400_000;
const NOON = Date.UTC(2026, 11, 2, 12);

/** Two lines of a counter and one of a sum, a day. */
function linesOf(day: number): readonly UsageLine[] {
  const time = NOON + day * DAY;
  const line = { emitter: 'acme', operation: '', series: 's', arrival: time + 60_000 } as const;
  return [
    { ...line, id: `a${day}`, kind: 'counter', time, quantity: BigInt(day * 10) },
    { ...line, id: `b${day}`, kind: 'counter', time: time + 1000, quantity: BigInt(day * 10 + 3) },
    { ...line, id: `c${day}`, kind: 'sum', time, quantity: 2n ** 62n },
  ];
}

it.skipIf('missing' in trino)(
  'DuckDB and Trino read a lake with sealed dates alike, while bookings stay and after',
  async () => {
    if ('missing' in trino) return;
    const lake = join(trino.root, 'sealed');
    const writer = await usageWriter();
    const build = (at: number) => buildLedger({ lake, memoryMb: 256, threads: 1, clock: () => at });
    for (let day = 0; day < 4; day++) {
      for (const line of linesOf(day)) {
        await writer.add(lake, [line]);
        await build(NOON + day * DAY);
      }
      const engines = await openEngines(trino.server, {
        lake,
        location: 'local:///sealed',
        listPrices: [],
        registry: buildRegistry({ tenants: [] }),
      });
      for (const view of VIEWS) {
        const expected = await viewRows(engines, 'duckdb', view);
        expect(await viewRows(engines, 'trino', view), `${view}, day ${day}`).toEqual(expected);
        if (view === 'ledger' || view === 'usage_recent') expect(expected.length).toBeGreaterThan(2);
      }
      await engines.close();
    }
    writer.close();
    const folders = readdirSync(join(lake, 'ledger/bookings'));
    expect(folders).toContain('sealed-2026-12-02');
    expect(folders).not.toContain('0000000001');
  },
);
