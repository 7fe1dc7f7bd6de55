import { mkdtempSync, rmSync } from 'node:fs';
import { cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { type BuildFigures, measureBuild } from './measureBuild.js';
import { type MonthFigures, measureMonth } from './measureMonth.js';
import type { Spread } from './spread.js';

/** What the product says of its ledger; the figures are held against it. */
const GOALS = { against_statement: 1.5, against_tenth: 12, share: 0.01, query_ms: 200 } as const;

/**
 * `npm run bench:ledger [-- --lines N --events N --rounds N --only build|month --json]`: the build of a day's ledger against one
 * hand-written statement, and against the build of a tenth of the day; a month's reports over that many usage events. Medians
 * with the least and greatest; ratios are of medians of the same run. Lakes are made in a temporary folder: a month of 10^8
 * events takes 3 GB there.
 */
async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      lines: { type: 'string', default: '2000000' },
      events: { type: 'string', default: '100000000' },
      tenants: { type: 'string', default: '20' },
      rounds: { type: 'string', default: '5' },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  const root = mkdtempSync(join(tmpdir(), 'tenantscope-bench-ledger-'));
  const limits = { memoryMb: 1024, threads: cpus().length };
  const [rounds, tenants] = [Number(values.rounds), Number(values.tenants)];
  const before = loadavg()[0] ?? 0;
  try {
    const build =
      values.only === 'month'
        ? undefined
        : await measureBuild({ root, lines: Number(values.lines), tenants, objects: 12, rounds, limits });
    const month =
      values.only === 'build'
        ? undefined
        : await measureMonth({
            root,
            events: Number(values.events),
            days: 30,
            tenants: tenants * 5,
            objects: 1,
            rounds: rounds + 2,
            limits,
          });
    const load = [before, loadavg()[0] ?? 0];
    if (values.json) {
      console.log(
        JSON.stringify({ node: process.version, cpus: cpus().length, load, goals: GOALS, build, month }, null, 2),
      );
      return;
    }
    console.log(
      `Node ${process.version}, ${cpus().length} processors, load ${load.map((at) => at.toFixed(1)).join(' to ')}`,
    );
    if (build !== undefined) printBuild(build, rounds);
    if (month !== undefined) printMonth(month, rounds + 2);
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}

function printBuild(figures: BuildFigures, rounds: number): void {
  console.log(`\nA day of ${figures.lines} lines (${megabytes(figures.bytes)} MB), medians of ${rounds} rounds, ms`);
  const row = ({ wall, cpu }: BuildFigures['build']) => ({ clock: text(wall), processor: text(cpu) });
  console.table({
    'ledger build': row(figures.build),
    'one statement': row(figures.statement),
    'ledger build of a tenth': row(figures.tenth),
  });
  const { against_statement: statement, against_tenth: tenth } = figures;
  console.log(`build against statement: ${ratios(statement)}, goal at most ${GOALS.against_statement}`);
  console.log(`ten times the events: ${ratios(tenth)}, goal at most ${GOALS.against_tenth}`);
}

function printMonth({ events, raw_bytes, reports }: MonthFigures, rounds: number): void {
  console.log(`\nA month of ${events} usage events (${megabytes(raw_bytes)} MB), medians of ${rounds} rounds, ms`);
  console.table(
    reports.map(({ report, rows, query, answer, with_opening, bytes, share }) => ({
      report,
      rows,
      query: text(query),
      answer: text(answer),
      'with opening': text(with_opening),
      'MB read': bytes === null ? '-' : megabytes(bytes),
      'of raw': share === null ? '-' : `${(share * 100).toFixed(2)} %`,
    })),
  );
  console.log(`goals: at most ${GOALS.share * 100} % of the raw bytes, a query in less than ${GOALS.query_ms} ms`);
}

const text = ({ median, least, greatest }: Spread): string =>
  `${median.toFixed(0)} (${least.toFixed(0)} to ${greatest.toFixed(0)})`;
const ratios = ({ wall, cpu }: BuildFigures['against_statement']): string =>
  `${wall.toFixed(2)} times by the clock, ${cpu.toFixed(2)} times by processor time`;
const megabytes = (bytes: number): string => (bytes / 1e6).toFixed(1);

await main();
