import { AppError } from '../../../model/index.js';
import type { QueryResult } from '../../engines/Engine.js';
import { loadRows } from '../../engines/loadRows.js';
import { openMemory } from '../../engines/openMemory.js';
import { queryDuckDb } from '../../engines/queryDuckDb.js';
import { type ParameterValues, renderReport } from '../parameters.js';
import type { Report } from '../Report.js';
import { mergeParts } from './mergeParts.js';

/**
 * Answers the rest of a report from the rows of all its batches, in a DuckDB of its own. `lintMerge` is what makes this
 * equal to one statement over all tenants.
 */
export async function mergeBatches(report: Report, values: ParameterValues, rows: QueryResult): Promise<QueryResult> {
  const parts = mergeParts(report);
  if (parts === undefined || rows.types === undefined) {
    throw new AppError('INTERNAL', 'batches cannot be merged', {
      where: report.name,
      expected: 'a report that says how, and an engine that says the types of its columns',
    });
  }
  const types = rows.types;
  const memory = await openMemory();
  try {
    const columns = rows.columns.map((name, index) => ({ name, type: types[index] ?? '' }));
    await loadRows(memory.connection, parts.table, columns, [rows.rows]);
    await memory.seal();
    return await queryDuckDb(memory.connection, renderReport({ ...report, sql: parts.final }, values));
  } finally {
    await memory.close();
  }
}
