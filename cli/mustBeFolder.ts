import { AppError } from '../model/index.js';
import { isBucket } from './withBucketFiles.js';

/**
 * Refuses a bucket where only a folder of this machine is written: it would become a folder of that name. Throws PARAMETER_INVALID.
 *
 * @param what what is written there, in the plural
 */
export function mustBeFolder(out: string | undefined, what: string): void {
  if (out === undefined || !isBucket(out)) return;
  throw new AppError('PARAMETER_INVALID', `${what} are kept in a folder`, {
    where: '--out',
    expected: 'a folder of this machine',
    got: out,
    hint: 'keep it in a folder, and copy that',
  });
}
