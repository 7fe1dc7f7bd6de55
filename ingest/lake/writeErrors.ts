import { AppError, messageOf, systemCode } from '../../model/index.js';

const CODES: ReadonlySet<string> = new Set(['ENOSPC', 'EDQUOT', 'EFBIG', 'EIO', 'EROFS']);
const DUCKDB =
  /No space left|File too large|quota exceeded|Could not write|Failed to write|Input\/output error|could not fsync/i;

/** Does the work and turns a failed write into WRITE_FAILED, naming the place. Other errors pass as they are. */
export async function guardWrites<T>(where: string, work: () => Promise<T> | T): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (error instanceof AppError) throw error;
    const full = CODES.has(systemCode(error) ?? '') || (error instanceof Error && DUCKDB.test(error.message));
    if (!full) throw error;
    throw new AppError('WRITE_FAILED', 'writing failed', {
      where,
      got: messageOf(error),
      hint: 'free some space, then run the same command again: nothing is half-written, and what is done is not repeated',
      cause: error,
    });
  }
}
