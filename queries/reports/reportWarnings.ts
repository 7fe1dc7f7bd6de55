import { nearestWord } from '../../model/index.js';
import type { Engine, QueryResult } from '../engines/Engine.js';
import { missedLines, readsLines } from './missedLines.js';
import { isWindow, type ParameterValues } from './parameters.js';
import type { PreparedReport } from './prepareReport.js';
import type { Report } from './Report.js';

/** What is known of an answer once its rows were read. */
export interface Outcome {
  /** Rows shown. */
  readonly rows: number;
  /** Rows asked for by `--limit`, where there were more. */
  readonly cutAt?: number;
  /** The answer as the engine gave it, for reports whose figures are derived from all of it. */
  readonly raw?: QueryResult;
}

/**
 * What a report's figures leave out, as far as that is known without its rows: objects not booked, hours after the end of
 * the data (`dataThrough`, epoch ms), lines outside the lateness bound.
 */
export async function warningsOfData(
  engine: Engine,
  prepared: PreparedReport,
  dataThrough: number | null,
): Promise<readonly string[]> {
  const { report, values } = prepared;
  const warnings = [...engine.gaps];
  if (dataThrough === null) warnings.push('the ledger has no booking yet; run: tenantscope ledger build');
  for (const value of Object.values(values)) {
    if (isWindow(value) && dataThrough !== null && value.end > dataThrough) {
      warnings.push(
        `the window ends after the data does (${new Date(dataThrough).toISOString()}): its last hours are not complete`,
      );
    }
  }
  if (readsLines(report))
    warnings.push(...((await engine.eventGaps?.()) ?? []), ...(await missedLines(engine, prepared)));
  if (report.table === 'quarantine') warnings.push(...((await engine.quarantineGaps?.()) ?? []));
  return warnings;
}

/** What its rows show that a report's figures leave out: rows beyond a limit, meters without a price. */
export function warningsOfRows(report: Report, values: ParameterValues, outcome: Outcome): readonly string[] {
  const warnings: string[] = [];
  if (report.derive === 'share' && outcome.raw !== undefined) {
    const top = typeof values.top === 'number' ? values.top : outcome.raw.rows.length;
    warnings.push(...shareWarnings(outcome.raw, values, top));
  }
  if (outcome.cutAt !== undefined) warnings.push(`only the first ${outcome.cutAt} rows are shown; raise --limit`);
  else if (typeof values.limit === 'number' && outcome.rows === values.limit) {
    warnings.push(`only the first ${values.limit} rows are shown; raise limit, or narrow the window`);
  }
  return warnings;
}

/** Says so when nothing was found for a service that the ledger does not know, and names the nearest it does. */
export async function warningsOfService(
  engine: Engine,
  values: ParameterValues,
  { rows }: Outcome,
): Promise<readonly string[]> {
  if (rows > 0 || typeof values.service !== 'string') return [];
  return unknownService(engine, values.service);
}

function shareWarnings(raw: QueryResult, values: ParameterValues, top: number): readonly string[] {
  // On its own, every meter counts.
  const warnings = values.weigh === 'meter' ? [] : [...weightWarnings(raw, String(values.service))];
  const rank = raw.columns.indexOf('rank');
  const unseen = raw.rows.filter((row) => Number(row[rank]) > top).length;
  if (unseen > 0) warnings.push(`${unseen} more tenants are not shown; raise top`);
  return warnings;
}

function weightWarnings(raw: QueryResult, service: string): readonly string[] {
  const first = raw.rows[0];
  if (first === undefined) return [];
  const basis = String(first[raw.columns.indexOf('basis')]);
  const leftOut = Number(first[raw.columns.indexOf('meters_left_out')]);
  if (basis !== 'USD') {
    const meters = leftOut === 1 ? 'one other meter of it does' : `${leftOut} other meters of it do`;
    return [`${service} has no list price: shares are of ${basis} alone; ${meters} not count`];
  }
  if (leftOut === 0) return [];
  const unpriced = leftOut === 1 ? 'one meter' : `${leftOut} meters`;
  const verb = leftOut === 1 ? 'has no list price and does' : 'have no list price and do';
  return [`${unpriced} of ${service} ${verb} not count in its shares; see list_prices`];
}

async function unknownService(engine: Engine, service: string): Promise<readonly string[]> {
  const answer = await engine.query('select distinct service from ledger order by service');
  const known = answer.rows.map(([name]) => String(name));
  if (known.length === 0 || known.includes(service)) return [];
  const near = nearestWord(service, known);
  const offer = near === undefined ? `it has ${known.join(', ')}` : `did you mean ${near}?`;
  return [`the ledger has no service ${service}; ${offer}`];
}
