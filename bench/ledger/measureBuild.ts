import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { bookingName, LAKE } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { FIRST_DAY, writeBenchDay } from './benchLake.js';
import { handWritten, usageOf } from './handWritten.js';
import { type Effort, effortOf, type Spread, spreadOf } from './spread.js';

/** What is built. */
export interface BuildBench {
  readonly root: string;
  /** Lines of the day. */
  readonly lines: number;
  readonly tenants: number;
  /** Objects a tenant. */
  readonly objects: number;
  readonly rounds: number;
  readonly limits: { readonly memoryMb: number; readonly threads: number };
}

/** What building came to; times in milliseconds. */
export interface BuildFigures {
  readonly lines: number;
  readonly bytes: number;
  readonly build: Readonly<Record<keyof Effort, Spread>>;
  readonly statement: Readonly<Record<keyof Effort, Spread>>;
  /** A build of a tenth of the lines, in as many objects. */
  readonly tenth: Readonly<Record<keyof Effort, Spread>>;
  /** Build by statement, and build by tenth, of the medians. */
  readonly against_statement: Readonly<Record<keyof Effort, number>>;
  readonly against_tenth: Readonly<Record<keyof Effort, number>>;
}

/**
 * The build of one day's ledger against one statement over the same files, and against the build of a tenth of it: a round
 * of all three after another. Refuses to measure until ledger and statement have the same usage rows.
 */
export async function measureBuild(bench: BuildBench): Promise<BuildFigures> {
  const { root, lines, tenants, objects, rounds, limits } = bench;
  const [day, tenth] = [join(root, 'day'), join(root, 'tenth')];
  const shape = { day: 0, tenants, objects, shape: 'full' } as const;
  const bytes = await writeBenchDay(day, { ...shape, lines }, limits.threads);
  await writeBenchDay(tenth, { ...shape, lines: lines / 10 }, limits.threads);
  const usage = join(root, 'usage.parquet');
  await build(day, limits);
  await handWritten(day, usage, limits);
  await holdEqual(join(day, LAKE.bookings, bookingName(1), 'usage.parquet'), usage);
  const efforts = { build: [] as Effort[], statement: [] as Effort[], tenth: [] as Effort[] };
  for (let round = 0; round < rounds; round++) {
    efforts.build.push(await effortOf(() => build(day, limits)));
    efforts.statement.push(await effortOf(() => handWritten(day, usage, limits)));
    efforts.tenth.push(await effortOf(() => build(tenth, limits)));
  }
  const figures = { build: both(efforts.build), statement: both(efforts.statement), tenth: both(efforts.tenth) };
  return {
    lines,
    bytes,
    ...figures,
    against_statement: ratio(figures.build, figures.statement),
    against_tenth: ratio(figures.build, figures.tenth),
  };
}

async function build(lake: string, limits: BuildBench['limits']): Promise<void> {
  rmSync(join(lake, 'ledger'), { recursive: true, force: true });
  await buildLedger({ lake, clock: () => FIRST_DAY, ...limits });
}

async function holdEqual(ledger: string, statement: string): Promise<void> {
  const [ours, theirs] = [await usageOf(ledger), await usageOf(statement)];
  const at = ours.findIndex((row, place) => row !== theirs[place]);
  if (ours.length !== theirs.length || at >= 0)
    throw new Error(`ledger and statement differ: ${ours.length} and ${theirs.length} rows, first at ${at}`);
}

const both = (efforts: readonly Effort[]): Record<keyof Effort, Spread> => ({
  wall: spreadOf(efforts.map(({ wall }) => wall)),
  cpu: spreadOf(efforts.map(({ cpu }) => cpu)),
});

const ratio = (ours: Record<keyof Effort, Spread>, theirs: Record<keyof Effort, Spread>) => ({
  wall: ours.wall.median / theirs.wall.median,
  cpu: ours.cpu.median / theirs.cpu.median,
});
