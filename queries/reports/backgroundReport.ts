import { AppError } from '../../model/index.js';
import type { BackgroundQueries, BackgroundStatus } from '../engines/BackgroundQueries.js';
import type { Engine } from '../engines/Engine.js';
import { watermark } from '../ledger/watermark.js';
import { shownRows } from './answerReport.js';
import { completenessOf } from './completenessOf.js';
import type { ParameterValues } from './parameters.js';
import { prepareReport } from './prepareReport.js';
import type { Report } from './Report.js';
import type { ReportResult } from './ReportResult.js';
import { reportColumns, undeclaredColumns } from './reportColumns.js';
import { digestOf, readTag, tagStatement } from './reportTag.js';
import { warningsOfData, warningsOfRows } from './reportWarnings.js';
import type { RunOptions } from './runReport.js';

/** A report that was started and runs by itself. */
export interface StartedReport {
  readonly queryId: string;
  readonly params: ParameterValues;
  readonly warnings: readonly string[];
}

/**
 * Starts a report and does not wait. What only this moment knows of the data goes with the statement, so that whoever reads
 * it later is told. Throws USAGE on an engine that answers at once, and for a list of tenants that takes several statements.
 */
export async function startReport(engine: Engine, report: Report, given: ParameterValues): Promise<StartedReport> {
  const background = requireBackground(engine);
  const prepared = await prepareReport(engine, report, given);
  const [values] = prepared.batches;
  if (prepared.statements.length > 1 || values === undefined) {
    throw new AppError('USAGE', 'a list of tenants that is read in batches has to be waited for', {
      expected: `at most ${engine.longestTenantList} tenants with --no-wait`,
      got: `${prepared.statements.length} statements`,
    });
  }
  const { dataThrough } = await watermark(engine);
  const warnings = await warningsOfData(engine, prepared, dataThrough);
  const known = {
    data_through: dataThrough === null ? null : new Date(dataThrough).toISOString(),
    completeness: await completenessOf(engine, report, prepared.values),
    warnings: [...warnings],
  };
  const queryId = await background.start(tagStatement(prepared.plain, report, values, known));
  return { queryId, params: prepared.values, warnings };
}

/** The part of an engine that keeps statements; throws USAGE for one that answers at once. */
export function requireBackground(engine: Pick<Engine, 'background'>): BackgroundQueries {
  if (engine.background !== undefined) return engine.background;
  throw new AppError('USAGE', 'this engine keeps no statement to come back to', {
    expected: '--engine athena for --no-wait, report status and report fetch',
    hint: 'leave --no-wait out: the answer is there when the command ends',
  });
}

/**
 * The answer to a report that was started earlier, here or elsewhere. `find` gives the report of a name. Throws
 * INPUT_NOT_FOUND for an id the engine does not know, INPUT_INVALID for a statement that is no report's or another version
 * of it, ENGINE_BUSY while it runs.
 */
export async function fetchReport(
  engine: Engine,
  queryId: string,
  find: (name: string) => Report,
  { clock = Date.now }: Pick<RunOptions, 'clock'> = {},
): Promise<ReportResult> {
  const background = requireBackground(engine);
  const status = await background.status(queryId);
  const { report, values, known } = reportOf(status, find);
  if (status.state === 'queued' || status.state === 'running') {
    throw new AppError('ENGINE_BUSY', 'the report is not ready', {
      where: queryId,
      got: status.state,
      hint: `ask again later, or wait for it: tenantscope report fetch ${queryId} --wait`,
    });
  }
  const raw = await background.fetch(queryId);
  const { submittedAt, completedAt } = status;
  return {
    report: report.name,
    title: report.title,
    params: values,
    columns: reportColumns(report, raw.columns, raw.types),
    rows: shownRows(report, values, raw),
    stats: {
      query_id: queryId,
      bytes_scanned: status.bytesScanned ?? null,
      cost_usd: status.costUsd ?? null,
      duration_ms: submittedAt === undefined || completedAt === undefined ? 0 : completedAt - submittedAt,
      reused: status.reused === true,
      data_through: known?.data_through ?? null,
      completeness: known?.completeness ?? 'not known: the report was not started with --no-wait',
      generated_at: new Date(completedAt ?? clock()).toISOString(),
    },
    warnings: [
      ...(known?.warnings ?? []),
      ...warningsOfRows(report, values, { rows: raw.rows.length, raw }),
      ...undeclaredColumns(report, raw.columns),
    ],
  };
}

function reportOf(status: BackgroundStatus, find: (name: string) => Report) {
  const tag = readTag(status.sql);
  if (tag === undefined) {
    throw new AppError('INPUT_INVALID', 'this statement is no report of tenantscope', {
      where: status.queryId,
      expected: 'an id that report run printed',
    });
  }
  const report = find(tag.report);
  if (digestOf(report) !== tag.digest) {
    throw new AppError('INPUT_INVALID', `${report.name} is not what it was when this statement was started`, {
      where: status.queryId,
      hint: 'run the report again, or read the rows with the engine itself',
    });
  }
  return { report, values: tag.params, known: tag.known };
}
