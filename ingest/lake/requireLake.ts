import { access } from 'node:fs/promises';
import { join } from 'node:path';
import { AppError, LAKE } from '../../model/index.js';

/**
 * Refuses a folder that is no lake. A delivery makes a lake that is not there; what only works on an old one would hide a
 * mistyped path that way. Throws LAKE_NOT_FOUND.
 */
export async function requireLake(lake: string): Promise<void> {
  const marker = join(lake, LAKE.marker);
  await access(marker).catch((error: unknown) => {
    throw new AppError('LAKE_NOT_FOUND', 'this is not a lake', {
      expected: `a folder with ${LAKE.marker}`,
      got: lake,
      hint: 'check the path given to --lake',
      cause: error,
    });
  });
}
