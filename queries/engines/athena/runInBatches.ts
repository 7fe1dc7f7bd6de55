import { AppError } from '../../../model/index.js';
import type { QueryResult } from '../Engine.js';
import type { AthenaEngine } from './openAthena.js';

/** Values one list of an injected partition column may hold. Documented nowhere; the number is what users report. */
export const LONGEST_INJECTED_LIST = 1000;

/**
 * Reads a list of tenants longer than a statement may name: one statement a batch, rows one after another in the list's
 * order of batches. Right only for statements each row of which belongs to one tenant: a limit, a rank or an order across
 * tenants has to be made from the merged rows. A tenant named twice is read once. An empty list is answered without a query.
 */
export async function runInBatches(
  engine: Pick<AthenaEngine, 'queryAll'>,
  tenants: readonly string[],
  statement: (batch: readonly string[]) => string,
  size: number = LONGEST_INJECTED_LIST,
): Promise<QueryResult> {
  const each = [...new Set(tenants)];
  const batches = Array.from({ length: Math.ceil(each.length / size) }, (_, index) =>
    each.slice(index * size, (index + 1) * size),
  );
  const results = await engine.queryAll(batches.map(statement));
  const columns = results[0]?.columns ?? [];
  for (const result of results) {
    if (result.columns.join('\n') === columns.join('\n')) continue;
    throw new AppError('INTERNAL', 'batches of one statement have different columns', {
      expected: columns.join(', '),
      got: result.columns.join(', '),
    });
  }
  return { columns, rows: results.flatMap(({ rows }) => rows) };
}
