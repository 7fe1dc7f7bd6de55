import { spawn } from 'node:child_process';
import { cpSync, existsSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { buildRegistry, utcDayOf } from '../../model/index.js';
import { buildLedger, openDuckDb, reconcile, verifyLedger } from '../../queries/index.js';
import { ledgerFiles, type UsageLine, usageWriter } from '../queries/usageLake.js';
import { reaped } from '../reaped.js';
import { temporaryFolder } from './tenantscope.js';
import { ledgerLines } from './truth.js';

const KILLS = 50;
const DAY = 86_400_000;
const folder = temporaryFolder();
const base = join(folder.path, 'base');
const settings = (lake: string) => ({ lake, memoryMb: 256, threads: 1 });
// Builds have the machine's clock: what was booked on the days before is sealed by them.
const today = Date.parse(`${utcDayOf(Date.now())}T00:00:00Z`);

const BUILD = new URL('../../dist/queries/ledger/buildLedger.js', import.meta.url).href;
const SCRIPT = `import(process.argv[1]).then(({ buildLedger }) =>
  buildLedger({ lake: process.argv[2], clock: Date.now, memoryMb: 256, threads: 1 }))`;

/** A build in a process of its own, killed after so many milliseconds unless it ended before. Returns whether it was. */
function build(lake: string, killAfterMs?: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const child = reaped(spawn(process.execPath, ['-e', SCRIPT, BUILD, lake], { stdio: ['ignore', 'ignore', 'pipe'] }));
    let stderr = '';
    child.stderr.on('data', (chunk: Buffer) => {
      stderr += chunk.toString();
    });
    const timer = killAfterMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killAfterMs);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL') resolve(signal === 'SIGKILL');
      else reject(new Error(`the build ended with ${code}: ${stderr}`));
    });
  });
}

/** Two samples of a counter and a sum; on the last day also a line of the day before, once more. */
function linesOf(day: number, part: number): readonly UsageLine[] {
  const line = (name: string, kind: UsageLine['kind'], minute: number, quantity: number): UsageLine => ({
    id: `${name} ${day} ${part}`,
    kind,
    emitter: 'acme',
    operation: '',
    series: kind === 'sum' ? '' : 's',
    time: today + day * DAY + part * 3_600_000 + minute * 60_000,
    quantity: BigInt(quantity),
    position: { file: 'app.log', offset: (day + 4) * 1_000_000 + part * 100_000 + minute * 1000 },
  });
  const counter = 100 + day * 10 + part;
  const own = [line('a', 'counter', 0, counter), line('c', 'sum', 1, 7), line('b', 'counter', 9, counter + 1)];
  return day === -1 ? [...own, ...linesOf(-2, part).filter(({ kind }) => kind === 'sum')] : own;
}

/**
 * Hashes of every file of the ledger but the bookings that a merge stands for, and but the file with a leading dot that a build
 * leaves which is killed while it writes an entry of the log: nobody reads it.
 */
const standing = (lake: string): Record<string, string> => {
  const merges = readdirSync(join(lake, 'ledger/bookings')).some((name) => name.startsWith('sealed-'));
  return Object.fromEntries(
    Object.entries(ledgerFiles(lake)).filter(
      ([path]) => !/\/manifests\/\.[^/]+$/.test(path) && (!merges || !/\/bookings\/000000000[1-5]\//.test(path)),
    ),
  );
};

let clean: { lines: readonly string[]; files: Record<string, string> };
let before: readonly string[];
let wholeMs = 0;

beforeAll(async () => {
  const writer = await usageWriter();
  for (const day of [-3, -2]) {
    for (const part of [0, 1]) {
      await writer.add(base, linesOf(day, part));
      await buildLedger({ ...settings(base), clock: () => today + day * DAY + part * 3_600_000 + 1000 });
    }
  }
  // Two imports that nobody has booked. The date before the last is sealed already, by the run that booked the last.
  for (const part of [0, 1]) await writer.add(base, linesOf(-1, part));
  writer.close();
  before = await ledgerLines(base);
  const lake = join(folder.path, 'clean');
  cpSync(base, lake, { recursive: true });
  const started = performance.now();
  await build(lake);
  wholeMs = performance.now() - started;
  clean = { lines: await ledgerLines(lake), files: standing(lake) };
});
afterAll(() => folder.remove());

/** Fractions of one, the same in every run. */
function* fractions(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    yield state / 2 ** 32;
  }
}

it(`kill -9 at ${KILLS} moments of builds that seal: what stands is right, and the next run ends as one that was left alone`, async () => {
  const random = fractions(20261127);
  for (let kills = 0, round = 0; kills < KILLS; round++) {
    const lake = join(folder.path, `round-${round}`);
    cpSync(base, lake, { recursive: true });
    for (let tries = 0; tries < 5 && kills < KILLS; tries++) {
      if (!(await build(lake, wholeMs * (0.2 + random.next().value)))) break;
      kills += 1;
      // Half of a booking is never seen: its lines are there, all of them, or not at all.
      const lines = await ledgerLines(lake);
      expect([before, clean.lines]).toContainEqual(lines);
      const engine = await openDuckDb({ ...settings(lake), listPrices: [], registry: buildRegistry({ tenants: [] }) });
      await engine.query('select sum(quantity_micros) from ledger');
      expect(engine.gaps.length > 0).toBe(lines.length < clean.lines.length);
      await engine.close();
    }
    await build(lake);
    expect(standing(lake)).toEqual(clean.files);
    expect(await verifyLedger(settings(lake))).toMatchObject({ ok: true });
    expect((await reconcile(settings(lake))).checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(existsSync(join(lake, 'ledger/bookings', `sealed-${utcDayOf(today - 2 * DAY)}`))).toBe(true);
    rmSync(lake, { recursive: true });
  }
}, 600_000);

it('two builds that seal at once end as one', async () => {
  const lake = join(folder.path, 'twice');
  cpSync(base, lake, { recursive: true });
  await Promise.all([build(lake), build(lake)]);
  expect(standing(lake)).toEqual(clean.files);
  expect((await reconcile(settings(lake))).checks.filter(({ ok }) => !ok)).toEqual([]);
});
