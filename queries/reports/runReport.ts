import { AppError, nearestWord } from '../../model/index.js';
import type { Engine, QueryResult } from '../engines/Engine.js';
import { watermark } from '../ledger/watermark.js';
import { deriveShare } from './deriveShare.js';
import { exactAmounts } from './exactAmounts.js';
import { missedLines, readsLines } from './missedLines.js';
import { isWindow, type ParameterValues, renderReport } from './parameters.js';
import type { Report } from './Report.js';
import { supplyTenants } from './supplyTenants.js';

/** The answer to a saved report, with what is needed to judge it. */
export interface ReportResult extends QueryResult {
  readonly report: string;
  readonly title: string;
  readonly params: ParameterValues;
  readonly stats: { readonly data_through: string | null; readonly completeness: string };
  readonly warnings: readonly string[];
}

/**
 * Runs a saved report. What its figures leave out is in `warnings`: objects not booked, hours after the end of the data,
 * meters without a price, rows beyond the limit, a service nobody knows.
 */
export async function runReport(engine: Engine, report: Report, given: ParameterValues): Promise<ReportResult> {
  if (engine.views?.includes(report.table) === false) {
    throw new AppError('USAGE', `this engine cannot answer ${report.name} yet`, {
      expected: `a report on ${engine.views.join(', ')}`,
      got: report.table,
      hint: 'run it with --engine duckdb',
    });
  }
  const { dataThrough } = await watermark(engine);
  const values = await supplyTenants(engine, report, given);
  const raw = await engine.query(renderReport(report, values));
  const top = typeof values.top === 'number' ? values.top : raw.rows.length;
  const result = report.derive === 'share' ? deriveShare(raw, top) : exactAmounts(raw);
  const warnings = [...engine.gaps];
  if (dataThrough === null) warnings.push('the ledger has no booking yet; run: tenantscope ledger build');
  for (const value of Object.values(values)) {
    if (isWindow(value) && dataThrough !== null && value.end > dataThrough) {
      warnings.push(
        `the window ends after the data does (${new Date(dataThrough).toISOString()}): its last hours are not complete`,
      );
    }
  }
  if (report.derive === 'share') warnings.push(...shareWarnings(raw, String(values.service), top));
  if (typeof values.limit === 'number' && raw.rows.length === values.limit) {
    warnings.push(`only the first ${values.limit} rows are shown; raise limit, or narrow the window`);
  }
  if (readsLines(report)) warnings.push(...(engine.eventGaps ?? []), ...(await missedLines(engine, report, values)));
  if (raw.rows.length === 0 && typeof values.service === 'string') {
    warnings.push(...(await unknownService(engine, values.service)));
  }
  return {
    ...result,
    report: report.name,
    title: report.title,
    params: values,
    stats: {
      data_through: dataThrough === null ? null : new Date(dataThrough).toISOString(),
      completeness: 'declared: imported files carry no heartbeats',
    },
    warnings,
  };
}

function shareWarnings(raw: QueryResult, service: string, top: number): readonly string[] {
  const first = raw.rows[0];
  if (first === undefined) return [];
  const basis = String(first[raw.columns.indexOf('basis')]);
  const leftOut = Number(first[raw.columns.indexOf('meters_left_out')]);
  const warnings: string[] = [];
  const meters = leftOut === 1 ? 'one other meter of it does' : `${leftOut} other meters of it do`;
  if (basis !== 'USD') warnings.push(`${service} has no list price: shares are of ${basis} alone; ${meters} not count`);
  else if (leftOut > 0) {
    const unpriced = leftOut === 1 ? 'one meter' : `${leftOut} meters`;
    const verb = leftOut === 1 ? 'has no list price and does' : 'have no list price and do';
    warnings.push(`${unpriced} of ${service} ${verb} not count in its shares; see list_prices`);
  }
  if (raw.rows.length > top) warnings.push(`${raw.rows.length - top} more tenants are not shown; raise top`);
  return warnings;
}

async function unknownService(engine: Engine, service: string): Promise<readonly string[]> {
  const answer = await engine.query('select distinct service from ledger order by service');
  const known = answer.rows.map(([name]) => String(name));
  if (known.length === 0 || known.includes(service)) return [];
  const near = nearestWord(service, known);
  const offer = near === undefined ? `it has ${known.join(', ')}` : `did you mean ${near}?`;
  return [`the ledger has no service ${service}; ${offer}`];
}
