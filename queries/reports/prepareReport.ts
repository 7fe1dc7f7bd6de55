import { AppError } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { mergeParts } from './merge/mergeParts.js';
import { tenantBatches } from './merge/tenantBatches.js';
import { type ParameterValues, renderReport } from './parameters.js';
import type { Report } from './Report.js';
import { tagStatement } from './reportTag.js';
import { supplyTenants } from './supplyTenants.js';

/** A report that is ready to run: its values, and the statements that answer it. */
export interface PreparedReport {
  readonly report: Report;
  readonly values: ParameterValues;
  /** The values of each statement: one, or one a batch of tenants. */
  readonly batches: readonly ParameterValues[];
  /** The statements, in the order of the batches. */
  readonly statements: readonly string[];
  /** The first of them without what it says of where it comes from. */
  readonly plain: string;
}

/**
 * Makes a report ready to run on an engine; runs none of its statements, but asks the bookings who the tenants are where a
 * list of them is left out. Throws USAGE for a view the engine does not have, PARAMETER_INVALID for a list of tenants that is too
 * long and cannot be read in batches.
 */
export async function prepareReport(engine: Engine, report: Report, given: ParameterValues): Promise<PreparedReport> {
  if (engine.views?.includes(report.table) === false) {
    throw new AppError('USAGE', `this engine cannot answer ${report.name} yet`, {
      expected: `a report on ${engine.views.join(', ')}`,
      got: report.table,
      hint: 'run it with --engine duckdb',
    });
  }
  const values = await supplyTenants(engine, report, given);
  const batches = tenantBatches(report, values, engine.longestTenantList);
  const sql = batches.length === 1 ? report.sql : (mergeParts(report)?.batch ?? report.sql);
  const plain = batches.map((batch) => renderReport({ ...report, sql }, batch));
  const statements =
    engine.background === undefined
      ? plain
      : plain.map((statement, index) => tagStatement(statement, report, batches[index] ?? values));
  return { report, values, batches, statements, plain: plain[0] ?? '' };
}
