import { statfs } from 'node:fs/promises';
import { AppError } from '../../../model/index.js';

/** What an engine may spill to disk, and why no more. */
export interface SpillLimit {
  readonly bytes: number;
  readonly from: 'setting' | 'disk';
}

/** Of what is free where it spills, an engine takes nine tenths at most: the lake is written there, too. As DuckDB does by itself. */
const OF_FREE = 0.9;

/** The limit that holds for an engine that spills into this folder: the setting in MB (10^6 bytes), or what the disk has. */
export async function spillLimit(folder: string, spillMb: number | undefined): Promise<SpillLimit> {
  const { bavail, bsize } = await statfs(folder);
  const free = Math.floor(bavail * bsize * OF_FREE);
  const set = spillMb === undefined ? Infinity : spillMb * 1_000_000;
  return set <= free ? { bytes: set, from: 'setting' } : { bytes: free, from: 'disk' };
}

/** What to tell instead of an error: PERMISSION_DENIED for a statement that reached the limit, everything else as it was. */
export function explainSpill(error: unknown, { bytes, from }: SpillLimit): unknown {
  const said = error instanceof AppError ? error.cause : error;
  // In DuckDB's second line: the first tells of a block.
  if (!String(said).includes('max_temp_directory_size')) return error;
  const size = `${Math.floor(bytes / 1_000_000)} MB`;
  const less = 'ask for a shorter window or fewer tenants, join and sort less';
  return new AppError('PERMISSION_DENIED', 'the query would spill more to disk than it may, and was ended', {
    expected:
      from === 'setting'
        ? `at most ${size} (engine.spill_mb)`
        : `at most ${size}, nine tenths of what the disk has free`,
    got: 'more, with its memory full',
    hint: `${less}, or raise ${from === 'setting' ? 'engine.spill_mb' : 'engine.memory_mb or free some disk'}; what it spilled is removed`,
    cause: error,
  });
}
