import { AppError, parseDuration } from '../model/index.js';
import type { EngineFlags } from './engineFlags.js';

/** Athena's limit on the age of a result that is used again: a week. */
const LONGEST_MINUTES = 10_080;

/**
 * The flags of a run with `--reuse` put where its engine reads it. DuckDB and Trino keep no results, so that `none` is what
 * they do anyway and an age is refused. Throws USAGE.
 */
export function reuseFlags<T extends EngineFlags & { readonly reuse?: string }>(
  flags: T,
): T & { athenaReuse?: string } {
  const { reuse } = flags;
  if (reuse === undefined) return flags;
  const ms = reuse === 'none' ? 0 : parseDuration(reuse);
  if (ms === undefined || ms > LONGEST_MINUTES * 60_000) {
    throw new AppError('USAGE', '--reuse is not usable', {
      expected: 'an age such as 60m or 24h, at most 7d, or none',
      got: JSON.stringify(reuse.slice(0, 80)),
    });
  }
  const keepsResults = flags.engine !== 'duckdb' && flags.engine !== 'trino';
  if (ms > 0 && !keepsResults) {
    throw new AppError('USAGE', 'this engine keeps no results', {
      expected: '--engine athena with --reuse, or --reuse none',
      got: `--reuse ${reuse}`,
    });
  }
  return keepsResults ? { ...flags, athenaReuse: String(ms / 60_000) } : flags;
}
