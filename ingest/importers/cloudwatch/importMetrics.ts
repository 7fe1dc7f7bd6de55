import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import * as z from 'zod';
import { AppError, HOUR_MS, isoInstant, systemCode, type Window } from '../../../model/index.js';
import { stopIfAsked } from '../../delivery/stopIfAsked.js';
import { writeAtomically } from '../../lake/writeAtomically.js';
import type { ImportedLine } from '../ImportedLine.js';
import type { ImportResult, ImportSink } from '../ImportSink.js';
import { importedEnvelope } from '../importedEnvelope.js';
import { type FetchDeps, fetchMetrics, listSeries } from './fetchMetrics.js';
import { IMPORTED_METRICS, type ImportedMetric } from './metricCatalogue.js';

/** Metrics are read in steps of this length; after each the position is written. */
const STEP_MS = 6 * HOUR_MS;
/** Values younger than this may still change. */
export const SETTLE_MS = 15 * 60_000;
/** A day's value of S3 is published up to two days late, so its window lies behind. */
const DAY_MS = 24 * HOUR_MS;
const DAILY_LAG_MS = 2 * DAY_MS;

const positionSchema = z.strictObject({ version: z.literal(1), through: z.iso.datetime() });

/** What an import of metrics needs. */
export interface MetricImportOptions extends FetchDeps {
  /** Makes the sink of one step. */
  readonly sink: () => Promise<ImportSink>;
  /** File that keeps how far the import is. */
  readonly position: string;
  /** Start when there is no position yet, epoch milliseconds. */
  readonly since: number;
  readonly until: number;
  readonly metrics?: readonly ImportedMetric[];
  readonly signal?: AbortSignal;
  readonly onProgress?: (through: number, lines: number) => void;
}

/** What an import of metrics did. */
export interface MetricImportSummary {
  readonly series: number;
  readonly values: number;
  readonly from: string;
  readonly through: string;
  readonly results: readonly ImportResult[];
}

/**
 * Imports CloudWatch metrics up to `until`, in steps; it goes on where the last one ended. A step that is read twice gives
 * values with the same identity, which count once. Daily values are read two days late. Throws what `fetchMetrics` and
 * the sink throw, INPUT_INVALID for a position file that is none.
 */
export async function importMetrics(options: MetricImportOptions): Promise<MetricImportSummary> {
  const metrics = options.metrics ?? IMPORTED_METRICS;
  const begun = (await readPosition(options.position)) ?? options.since;
  const from = Math.floor(begun / HOUR_MS) * HOUR_MS;
  const until = Math.floor(options.until / HOUR_MS) * HOUR_MS;
  const results: ImportResult[] = [];
  let values = 0;
  let through = from;
  if (from >= until) return { series: 0, values, from: isoInstant(from), through: isoInstant(from), results };
  const series = await listSeries(metrics, options);
  const daily = series.filter(({ metric }) => metric.period >= DAY_MS / 1000);
  const frequent = series.filter(({ metric }) => metric.period < DAY_MS / 1000);
  while (through < until) {
    stopIfAsked(options.signal);
    const window: Window = { start: through, end: Math.min(through + STEP_MS, until) };
    const days: Window = { start: wholeDay(window.start - DAILY_LAG_MS), end: wholeDay(window.end - DAILY_LAG_MS) };
    const sink = await options.sink();
    try {
      async function* lines(): AsyncGenerator<string> {
        yield* envelopes(fetchMetrics(frequent, window, options));
        if (days.end > days.start) yield* envelopes(fetchMetrics(daily, days, options));
      }
      async function* envelopes(source: AsyncIterable<ImportedLine>): AsyncGenerator<string> {
        for await (const line of source) {
          values += 1;
          yield JSON.stringify(importedEnvelope('cloudwatch_metrics', line, ''));
        }
      }
      await sink.write(createHash('sha256').update(isoInstant(window.start)).digest('hex'), lines());
      results.push(await sink.finish());
    } catch (error) {
      await sink.abandon();
      throw error;
    }
    through = window.end;
    await writeAtomically(options.position, `${JSON.stringify({ version: 1, through: isoInstant(through) })}\n`);
    options.onProgress?.(through, values);
  }
  return { series: series.length, values, from: isoInstant(from), through: isoInstant(through), results };
}

function wholeDay(ms: number): number {
  return Math.floor(ms / DAY_MS) * DAY_MS;
}

async function readPosition(file: string): Promise<number | undefined> {
  let text: string;
  try {
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (systemCode(error) === 'ENOENT') return undefined;
    throw new AppError('READ_FAILED', 'cannot read the position of the import', { got: file, cause: error });
  }
  try {
    return Date.parse(positionSchema.parse(JSON.parse(text)).through);
  } catch (error) {
    throw new AppError('INPUT_INVALID', 'not a position of an import', {
      where: file,
      expected: '{"version": 1, "through": "…Z"}',
      got: JSON.stringify(text.slice(0, 60)),
      hint: 'remove the file and give --since to start from there; values imported before count once',
      cause: error,
    });
  }
}
