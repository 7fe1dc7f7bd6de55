import { mkdtempSync, renameSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildLedger, reconcile, verifyLedger } from '../../queries/index.js';
import { ledgerLines } from '../e2e/truth.js';
import { expectedLines } from './expectedSeries.js';
import { ledgerFiles, type UsageLine, usageWriter } from './usageLake.js';

const root = mkdtempSync(join(tmpdir(), 'again-'));
let writer: Awaited<ReturnType<typeof usageWriter>>;
beforeAll(async () => {
  writer = await usageWriter();
});
afterAll(() => {
  writer.close();
  rmSync(root, { recursive: true, force: true });
});

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
const START = Date.UTC(2026, 11, 1);
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
const LINE_BYTES = 5000;
let count = 0;
const fresh = (): string => join(root, `lake-${count++}`);

/** Line `place` of the file's content number `generation`, read `hours` after the start. It tells its own time. */
function read(place: number, hours: number, generation = 0, file = 'app.log'): UsageLine {
  return {
    id: `${file} ${generation} ${place}`,
    emitter: 'acme',
    operation: '',
    kind: 'sum',
    series: '',
    quantity: BigInt(1 + place),
    time: START + place * 1000 + generation * DAY,
    seen: Math.round(START + hours * HOUR),
    position: { file, offset: (1 + place) * LINE_BYTES },
  };
}
const range = (from: number, to: number): number[] => Array.from({ length: to - from }, (_, index) => from + index);

/** Books each part; what stood before stands after it. */
async function book(parts: readonly (readonly UsageLine[])[], day = 0): Promise<string> {
  const lake = fresh();
  let before: Record<string, string> = {};
  for (const part of parts.filter((lines) => lines.length > 0)) {
    await writer.add(lake, part);
    await buildLedger({ ...settings(lake), clock: () => START + day * DAY });
    const after = ledgerFiles(lake);
    expect(after).toMatchObject(before);
    before = after;
  }
  return lake;
}

async function expectOnce(lake: string, all: readonly UsageLine[]): Promise<void> {
  expect(await ledgerLines(lake)).toEqual(expectedLines(all));
  expect((await reconcile(settings(lake))).checks.filter(({ ok }) => !ok)).toEqual([]);
}

async function duplicates(lake: string, booking: number): Promise<number> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  const file = join(lake, `ledger/bookings/${String(booking).padStart(10, '0')}/events.parquet`);
  const reader = await connection.runAndReadAll(`select cast(sum(duplicates) as integer) from read_parquet('${file}')`);
  connection.closeSync();
  return Number(reader.getRows()[0]?.[0]);
}

describe('a file that is read again under new stamps, after a lost position database', () => {
  const first = range(0, 20).map((place) => read(place, place / 4));
  const again = range(0, 22).map((place) => read(place, 30 + place / 1000));

  it('counts once, in a booking of its own and in one with everything', async () => {
    const apart = await book([first, again]);
    await expectOnce(apart, [...first, ...again]);
    expect(await duplicates(apart, 2)).toBe(20);
    await expectOnce(await book([[...again, ...first]]), [...first, ...again]);
    expect(await verifyLedger(settings(apart))).toMatchObject({ ok: true });
  });

  it('counts once when reading it again takes hours and bookings', async () => {
    const slow = range(0, 20).map((place) => read(place, 30 + place / 4));
    const parts = [first.slice(0, 9), first.slice(9), slow.slice(0, 3), slow.slice(3, 11), slow.slice(11)];
    await expectOnce(await book(parts), parts.flat());
  });

  it('counts once when the original comes later', async () => {
    await expectOnce(await book([first.slice(12), again, first.slice(0, 12)]), [...first, ...again]);
  });

  it('counts once weeks later, when all it was in is sealed', async () => {
    const lake = await book([first]);
    const build = (day: number) => buildLedger({ ...settings(lake), clock: () => START + day * DAY });
    await build(1);
    const sealed = ledgerFiles(lake);
    const late = range(0, 20).map((place) => read(place, 24 * 20 + place / 1000));
    await writer.add(lake, late);
    expect(await build(20)).toMatchObject({ rows: 20, events: 0, duplicates: 20 });
    expect(await build(21)).toMatchObject({ sealed: ['2026-12-21'] });
    const after = Object.entries(ledgerFiles(lake)).filter(([path]) => path.includes('/sealed-2026-12-01/'));
    expect(sealed).toMatchObject(Object.fromEntries(after));
    expect(after.length).toBeGreaterThan(3);
    await expectOnce(lake, [...first, ...late]);
  });
});

describe('a file that begins anew', () => {
  const rotated = [0, 1, 2, 3, 4].flatMap((generation) =>
    range(0, 8).map((place) => read(place, generation * 2 + place / 4, generation)),
  );

  it('is other lines at the same offsets', async () => {
    const parts = range(0, 10).map((part) => rotated.slice(part * 4, part * 4 + 4));
    await expectOnce(await book(parts), rotated);
  });

  it('and is read again from there counts once', async () => {
    const again = range(0, 8).map((place) => read(place, 14 + place / 1000, 4));
    await expectOnce(await book([rotated.slice(0, 20), rotated.slice(20), again]), [...rotated, ...again]);
  });

  it('is not sought farther back than it began', async () => {
    const lake = await book([rotated.slice(0, 24)]);
    await writer.add(lake, rotated.slice(24));
    renameSync(
      join(lake, 'ledger/bookings/0000000001/files.parquet'),
      join(lake, 'ledger/bookings/0000000001/files.parquet.away'),
    );
    await buildLedger({ ...settings(lake), clock: () => START });
    expect(await ledgerLines(lake)).toEqual(expectedLines(rotated));
  });
});

/** What an agent reads of a file: mostly the next line, now and then a new file in its place, or all of it once more. */
const anyReading = fc
  .array(
    fc.record({
      step: fc.constantFrom('next', 'next', 'next', 'next', 'next', 'next', 'anew', 'again', 'resend'),
      pause: fc.constantFrom(0.01, 0.2, 0.6, 30),
      cut: fc.boolean(),
      back: fc.nat({ max: 3 }),
    }),
    { minLength: 2, maxLength: 24 },
  )
  .map((steps) => {
    const parts: UsageLine[][] = [[]];
    let [generation, place, hours] = [0, 0, 0];
    for (const { step, pause, cut, back } of steps) {
      hours += pause;
      if (step === 'anew') [generation, place] = [generation + 1, 0];
      if (step === 'again') place = Math.min(back, place);
      const line = read(place, hours, generation);
      parts.at(-1)?.push(...(step === 'resend' ? [line, line] : [line]));
      place += 1;
      if (cut) parts.push([]);
    }
    return parts;
  });

it('however a file was read, cut into bookings: each line counts once', async () => {
  await fc.assert(
    fc.asyncProperty(anyReading, async (parts) => {
      const lake = await book(parts);
      await expectOnce(lake, parts.flat());
      rmSync(lake, { recursive: true });
    }),
    { numRuns: 10 },
  );
}, 300_000);
