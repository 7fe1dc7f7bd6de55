import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { buildLedger, openDuckDb, reconcile, verifyLedger } from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';
import { anyUsageLine } from './anyUsageLine.js';
import { expectedLines } from './expectedSeries.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'cuts-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const DAY = 86_400_000;
const START = Date.UTC(2026, 10, 29);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
let count = 0;

/** Books each part so many days after the one before, then seals all; what was sealed stands, byte for byte. */
async function book(parts: readonly (readonly UsageLine[])[], daysBetween: readonly number[]): Promise<string> {
  const lake = join(root, `lake-${count++}`);
  let now = Date.UTC(2026, 11, 2, 12);
  let sealed: Record<string, string> = {};
  const build = async (): Promise<void> => {
    await buildLedger({ ...settings(lake), clock: () => now });
    const files = ledgerFiles(lake);
    expect(files).toMatchObject(sealed);
    sealed = Object.fromEntries(Object.entries(files).filter(([path]) => path.includes('/sealed-')));
  };
  for (const [place, part] of parts.entries()) {
    now += (daysBetween[place % daysBetween.length] ?? 0) * DAY;
    await writer.add(lake, part);
    await build();
  }
  now += DAY;
  await build();
  return lake;
}

async function recentLines(lake: string): Promise<string[]> {
  const engine = await openDuckDb({ ...settings(lake), listPrices: [], registry: buildRegistry({ tenants: [] }) });
  const keys = 'tenant_id, emitter, service, resource, operation, meter, unit, window_start';
  const { rows } = await engine.query(
    `select ${keys}, sum(quantity_micros), sum(events) from usage_recent group by ${keys}`,
  );
  await engine.close();
  return rows
    .map((row) => `${row.slice(0, 8).join(' | ')}: ${String(row[8])} in ${String(row[9])}`)
    .filter((line) => !line.endsWith(': 0 in 0'))
    .sort();
}

it('any cut of lines into bookings and any placement of seals gives the same net ledger', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anyUsageLine(START), { minLength: 1, maxLength: 14 }),
      fc.array(fc.array(fc.nat(), { minLength: 1, maxLength: 8 }), { minLength: 1, maxLength: 4 }),
      fc.array(fc.integer({ min: 0, max: 2 }), { minLength: 1, maxLength: 4 }),
      async (values, cut, daysBetween) => {
        // Arrived 36 hours after the first of them can have happened, so that all of it is recent, whatever the cut.
        const arrival = START + 36 * 3_600_000;
        const lines = values.map((value, place): UsageLine => ({ id: `e${place}`, ...value, arrival }));
        const parts = cut.map((places) => places.flatMap((place) => lines.slice(place % lines.length).slice(0, 1)));
        const all = parts.flat();
        const lake = await book(parts, daysBetween);
        expect(readdirSync(join(lake, 'ledger/bookings')).some((name) => name.startsWith('sealed-'))).toBe(true);
        expect(await ledgerLines(lake)).toEqual(expectedLines(all));
        const past = new Date(arrival).toISOString();
        const windowOf = (text: string): string => /\| (\S+):/.exec(text)?.[1] ?? '';
        const expected = expectedLines(all, 300_000).filter((text) => windowOf(text) <= past);
        expect(await recentLines(lake)).toEqual(expected.filter((text) => !text.endsWith(': 0 in 0')));
        expect(await reconcile(settings(lake))).toMatchObject({ ok: true });
        expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
        rmSync(lake, { recursive: true });
      },
    ),
    { numRuns: 10 },
  );
}, 300_000);
