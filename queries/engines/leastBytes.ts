import { HEARTBEAT_KEYS } from '../../model/index.js';
import type { ViewRead } from './DataFile.js';

/** One column of one row group of a Parquet file, as its footer has it. */
export interface ColumnChunk {
  readonly rowGroup: number;
  /** From the root of the schema down: `usage`, `list`, `element`, `service`. */
  readonly path: readonly string[];
  /** Compressed bytes. */
  readonly bytes: number;
  /** Statistics as text, where the footer has them. */
  readonly least?: string;
  readonly greatest?: string;
}

/** Where a view's rows say when they were. */
const TIME_COLUMNS: ReadonlySet<string> = new Set(['event_time', 'event_hour']);

/**
 * Bytes of a Parquet file that some reads need at least: the columns they name, of the row groups that can hold rows of
 * their window. A bound for what a statement over all of them reads; an engine that skips pages by their own statistics can
 * still read less.
 */
export function leastBytesOf(chunks: readonly ColumnChunk[], reads: readonly ViewRead[]): number {
  const needed = new Set<ColumnChunk>();
  for (const read of reads) {
    const outside = rowGroupsOutside(chunks, read);
    for (const chunk of chunks) {
      if (!outside.has(chunk.rowGroup) && isNamed(chunk, read)) needed.add(chunk);
    }
  }
  return [...needed].reduce((sum, { bytes }) => sum + bytes, 0);
}

function isNamed({ path }: ColumnChunk, { view, columns }: ViewRead): boolean {
  const [root = ''] = path;
  if (view === 'event_usage' && root === 'usage') return columns.includes(path.at(-1) ?? '');
  if (columns.includes(root)) return true;
  if (view === 'event_usage' && root === 'attributes') return columns.includes('user_id');
  if (view !== 'heartbeats') return false;
  // Heartbeats in an object of lines: their counts are attributes, and the format tells them from lines.
  return root === 'format' || (root === 'attributes' && HEARTBEAT_KEYS.some((key) => columns.includes(key)));
}

function rowGroupsOutside(chunks: readonly ColumnChunk[], { window }: ViewRead): ReadonlySet<number> {
  const outside = new Set<number>();
  if (window === undefined) return outside;
  for (const { rowGroup, path, least, greatest } of chunks) {
    if (path.length !== 1 || !TIME_COLUMNS.has(path[0] ?? '') || least === undefined || greatest === undefined)
      continue;
    if (instant(greatest) < window.start || instant(least) >= window.end) outside.add(rowGroup);
  }
  return outside;
}

/** `2026-11-23 00:00:00.5` in UTC; NaN, which compares false and keeps the row group, for anything else. */
const instant = (text: string): number => Date.parse(`${text.replace(' ', 'T')}Z`);
