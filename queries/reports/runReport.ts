import type { Engine } from '../engines/Engine.js';
import type { Rows } from '../engines/QueryResult.js';
import { watermark } from '../ledger/watermark.js';
import { answerReport } from './answerReport.js';
import { completenessOf } from './completenessOf.js';
import { costUsd, countFacts, scannedBytes } from './countFacts.js';
import type { ParameterValues } from './parameters.js';
import { prepareReport } from './prepareReport.js';
import type { Report } from './Report.js';
import type { ReportFrame, ReportResult } from './ReportResult.js';
import { type ReportColumn, reportColumns, undeclaredColumns } from './reportColumns.js';
import { type Outcome, warningsOfData, warningsOfRows, warningsOfService } from './reportWarnings.js';

/** The answer to a saved report as it comes. */
export interface ReportStream {
  readonly columns: readonly ReportColumn[];
  readonly batches: AsyncIterable<Rows>;
  /** The rest, once the batches were read to their end. */
  end(): Promise<ReportFrame>;
}

/** How a report is run. */
export interface RunOptions {
  /** Epoch milliseconds. */
  readonly clock?: () => number;
  /** Shows this many rows at most, and says so. */
  readonly maxRows?: number;
  /**
   * Leaves out how complete the window is, which takes longer to find than most reports do: for whoever tells it once of many
   * reports. `stats.completeness` says so.
   */
  readonly unjudged?: boolean;
}

/** Runs a saved report and holds all of its answer. What its figures leave out is in `warnings`. */
export async function runReport(
  engine: Engine,
  report: Report,
  given: ParameterValues,
  options: RunOptions = {},
): Promise<ReportResult> {
  // Without its streams: what is held whole anyway can as well be asked for whole.
  const { stream: _, ...whole } = engine;
  const stream = await streamReport(whole, report, given, options);
  const rows: (readonly Rows[number][])[] = [];
  for await (const batch of stream.batches) rows.push(batch);
  return { ...(await stream.end()), rows: rows.flat() };
}

/**
 * Runs a saved report and gives its rows as they come, where engine and report allow: figures that are derived from all rows,
 * and batches of tenants that are merged, are held first.
 */
export async function streamReport(
  engine: Engine,
  report: Report,
  given: ParameterValues,
  { clock = Date.now, maxRows, unjudged = false }: RunOptions = {},
): Promise<ReportStream> {
  const begun = clock();
  const counted = countFacts(engine);
  const prepared = await prepareReport(counted.engine, report, given);
  // Judged meanwhile where that costs nothing: it takes longer than most reports.
  const { beside } = engine;
  const judge = async (from: Engine): Promise<string> =>
    unjudged ? 'not judged: it was not asked for' : completenessOf(from, report, prepared.values);
  const judged = beside === undefined ? undefined : judge({ ...engine, query: beside });
  // Whoever reads to the end is told; until then a failure waits.
  judged?.catch(() => undefined);
  const { dataThrough } = await watermark(counted.engine);
  const answer = await answerReport(counted, prepared);
  const columns = reportColumns(report, answer.columns, answer.types);
  const counter = { rows: 0, cut: false };
  return {
    columns,
    batches: upTo(maxRows, answer.batches, counter),
    end: async () => {
      const facts = answer.facts();
      const outcome: Outcome = {
        rows: counter.rows,
        ...(counter.cut && maxRows !== undefined ? { cutAt: maxRows } : {}),
        ...(answer.raw === undefined ? {} : { raw: answer.raw }),
      };
      const warnings = [
        ...(await warningsOfData(counted.engine, prepared, dataThrough)),
        ...warningsOfRows(report, prepared.values, outcome),
        ...(await warningsOfService(counted.engine, prepared.values, outcome)),
        ...undeclaredColumns(report, answer.columns),
      ];
      const completeness = await (judged ?? judge(counted.engine));
      const ended = clock();
      return {
        report: report.name,
        title: report.title,
        params: prepared.values,
        columns,
        stats: {
          query_id: facts.map(({ queryId }) => queryId).join(',') || null,
          bytes_scanned: scannedBytes(counted.facts),
          cost_usd: costUsd(counted.facts),
          duration_ms: ended - begun,
          reused: facts.length > 0 && facts.every(({ reused }) => reused === true),
          data_through: dataThrough === null ? null : new Date(dataThrough).toISOString(),
          completeness,
          generated_at: new Date(ended).toISOString(),
        },
        warnings,
      };
    },
  };
}

async function* upTo(
  most: number | undefined,
  batches: AsyncIterable<Rows>,
  counter: { rows: number; cut: boolean },
): AsyncIterable<Rows> {
  for await (const rows of batches) {
    const left = most === undefined ? rows.length : most - counter.rows;
    counter.cut = rows.length > left;
    const taken = counter.cut ? rows.slice(0, left) : rows;
    counter.rows += taken.length;
    if (taken.length > 0) yield taken;
    if (counter.cut) return;
  }
}
