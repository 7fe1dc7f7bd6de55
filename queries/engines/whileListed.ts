import { AppError } from '../../model/index.js';
import { MERGED_GRACE_MS } from '../ledger/removeMerged.js';
import type { Engine } from './Engine.js';

/** How long an engine may answer from the files it listed when it opened: half the time they are sure to stay. */
const LISTED_MS = MERGED_GRACE_MS / 2;

/**
 * A query that refuses once the files it would read may have been removed. For engines that choose files by a predicate:
 * one that is gone is no error to them, only fewer rows. Throws ENGINE_UNAVAILABLE.
 */
export function whileListed(query: Engine['query'], clock: () => number): Engine['query'] {
  const opened = clock();
  return async (sql) => {
    if (clock() - opened < LISTED_MS) return query(sql);
    throw new AppError('ENGINE_UNAVAILABLE', 'the engine has been open for too long', {
      expected: `at most ${LISTED_MS / 3_600_000} hours`,
      hint: 'open it again: the files it listed may have been merged since',
    });
  };
}
