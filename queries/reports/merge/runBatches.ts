import { AppError } from '../../../model/index.js';
import type { Engine, QueryResult } from '../../engines/Engine.js';

/**
 * The rows of several statements that differ in their tenants only, one statement's after the other's. Right only where each
 * row belongs to one tenant: a limit, a rank or an order across tenants has to be made from all of them.
 */
export async function runBatches(
  engine: Pick<Engine, 'query' | 'queryAll'>,
  statements: readonly string[],
): Promise<QueryResult> {
  const results = await (engine.queryAll?.(statements) ?? oneByOne(engine, statements));
  const shape = shapeOf(results[0]);
  for (const result of results) {
    if (shapeOf(result) === shape) continue;
    throw new AppError('INTERNAL', 'batches of one statement have different columns', {
      expected: shape,
      got: shapeOf(result),
    });
  }
  const { columns = [], types } = results[0] ?? {};
  return { columns, rows: results.flatMap(({ rows }) => rows), ...(types === undefined ? {} : { types }) };
}

async function oneByOne(engine: Pick<Engine, 'query'>, statements: readonly string[]): Promise<readonly QueryResult[]> {
  const results: QueryResult[] = [];
  for (const sql of statements) results.push(await engine.query(sql));
  return results;
}

const shapeOf = (result: QueryResult | undefined): string =>
  (result?.columns ?? []).map((name, index) => [name, result?.types?.[index]].filter(Boolean).join(' ')).join(', ');
