import { AppError } from '../../model/index.js';
import type { SqlSession } from './SqlSession.js';

/**
 * Runs a statement that makes what is not there yet. Catalogues look and make in two steps, Hive's of Trino even looks when
 * the statement begins and makes when it commits: of two runs at once one then fails, on what the other just made, in spite
 * of `if not exists`. It asks again, and is told that it is there.
 */
export async function createWhereMissing(session: SqlSession, statement: string): Promise<void> {
  try {
    await session.run(statement);
  } catch (error) {
    if (!isThere(error)) throw error;
    await session.run(statement);
  }
}

/** Trino's error names (ALREADY_EXISTS, SCHEMA_ALREADY_EXISTS), Glue's exception, and what a metastore of files says. */
const isThere = (error: unknown): boolean => error instanceof AppError && /already.?exists/i.test(error.message);
