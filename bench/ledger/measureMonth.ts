import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { buildRegistry, DEFAULT_LIST_PRICES } from '../../model/index.js';
import { findReport, openDuckDb, parseParameters, runReport } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { DAY_MS, FIRST_DAY } from './benchLake.js';
import { writeBenchMonth } from './monthLake.js';
import { type Spread, spreadOf } from './spread.js';

/** What is asked about. */
export interface MonthBench {
  readonly root: string;
  /** Usage events of the month. */
  readonly events: number;
  readonly days: number;
  readonly tenants: number;
  readonly objects: number;
  readonly rounds: number;
  readonly limits: { readonly memoryMb: number; readonly threads: number };
}

/** One report over the month; times in milliseconds. */
export interface ReportFigures {
  readonly report: string;
  readonly rows: number;
  /** The report's statement on an engine that was just opened. */
  readonly query: Spread;
  /** The whole of its answer: how far the data goes, how complete it is, and warnings besides. */
  readonly answer: Spread;
  /** Opening and closing the engine besides. */
  readonly with_opening: Spread;
  /** Bytes read from files by all of that; null where the system does not count them. */
  readonly bytes: number | null;
  /** That, of the bytes of the objects. */
  readonly share: number | null;
}

/** What the month came to. */
export interface MonthFigures {
  readonly events: number;
  readonly raw_bytes: number;
  readonly reports: readonly ReportFigures[];
}

/** Reports a month is looked at with, and what each asks besides the window. */
const REPORTS: readonly (readonly [string, readonly string[]])[] = [
  ['tenant-usage-by-day', ['tenant_id=tenant-0003']],
  ['service-by-tenant-matrix', []],
  ['top-tenants', []],
  ['billing-usage', []],
  ['tenant-share', ['service=DynamoDB']],
];

/** Reports over a month of sealed bookings: each round asks two engines that were just opened, one for each measurement. */
export async function measureMonth(bench: MonthBench): Promise<MonthFigures> {
  const { root, events, days, tenants, objects, rounds, limits } = bench;
  const lake = join(root, 'month');
  const rawBytes = await writeBenchMonth(lake, { days, events, tenants, objects }, limits.threads);
  const open = () =>
    openDuckDb({ lake, ...limits, listPrices: DEFAULT_LIST_PRICES, registry: buildRegistry({ tenants: [] }) });
  const window = { start: FIRST_DAY, end: FIRST_DAY + days * DAY_MS };
  const reports: ReportFigures[] = [];
  for (const [name, given] of REPORTS) {
    const report = findReport(name);
    const values = parseParameters(report, [...given], { window });
    const times = { query: [] as number[], answer: [] as number[], with_opening: [] as number[] };
    let [rows, bytes]: [number, number | null] = [0, null];
    for (let round = 0; round < rounds; round++) {
      const one = await open();
      const asked = performance.now();
      await one.query(renderReport(report, values));
      times.query.push(performance.now() - asked);
      await one.close();
      const [begun, before] = [performance.now(), bytesRead()];
      const other = await open();
      const opened = performance.now();
      rows = (await runReport(other, report, values)).rows.length;
      times.answer.push(performance.now() - opened);
      await other.close();
      times.with_opening.push(performance.now() - begun);
      const after = bytesRead();
      bytes = before === null || after === null ? null : after - before;
    }
    reports.push({
      report: name,
      rows,
      query: spreadOf(times.query),
      answer: spreadOf(times.answer),
      with_opening: spreadOf(times.with_opening),
      bytes,
      share: bytes === null ? null : bytes / rawBytes,
    });
  }
  return { events, raw_bytes: rawBytes, reports };
}

/** Bytes this process has read so far by calls of the system, whether from disk or memory; null where Linux is not there to say. */
function bytesRead(): number | null {
  try {
    return Number(/^rchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? Number.NaN);
  } catch {
    return null;
  }
}
