import { AppError } from '../../../model/index.js';
import type { KnownLog } from '../../ledger/checkpoint/KnownLog.js';
import { type CompactionOptions, type CompactionSummary, compactFiles } from '../compaction/compactFiles.js';
import type { LakeFiles } from '../LakeFiles.js';
import { keptSince } from '../retention/planRetention.js';
import { type RetentionOptions, type RetentionSummary, retainFiles } from '../retention/retainFiles.js';
import { datesDue, type ListedPartition } from './datesDue.js';
import { withinDates } from './withinDates.js';

/** `compactFiles` of the dates that have something to compact or to remove, a few at a time. Throws as it does. */
export async function compactDates(
  lake: LakeFiles,
  log: KnownLog,
  options: CompactionOptions,
  most?: number,
): Promise<CompactionSummary> {
  // A single file has nothing to be merged with and has replaced nothing.
  const isDue = ({ files }: ListedPartition): boolean => options.wholeDates || files > 1;
  const groups = await datesDue(lake, log, isDue, most);
  const parts = groups.length === 0 ? [new Set<string>()] : groups;
  const done: CompactionSummary[] = [];
  let damage: AppError | undefined;
  // Of later dates only what was replaced is removed.
  const last = parts.findLastIndex((dts) => [...dts].some((dt) => dt < options.before));
  for (const [at, dts] of parts.entries()) {
    const movesCut = at === last && damage === undefined;
    try {
      done.push(await compactFiles(withinDates(lake, log, dts), { ...options, movesCut }));
    } catch (error) {
      // One damaged object must not keep later dates from being compacted; it is said at the end.
      if (!(error instanceof AppError) || error.code !== 'LAKE_DAMAGED') throw error;
      damage ??= error;
    }
  }
  if (damage !== undefined) throw damage;
  const sum = (of: (one: CompactionSummary) => number): number => done.reduce((total, one) => total + of(one), 0);
  const filesOf = (of: (one: CompactionSummary) => { readonly files: number; readonly bytes: number }) => {
    return { files: sum((one) => of(one).files), bytes: sum((one) => of(one).bytes) };
  };
  return {
    partitions: sum((one) => one.partitions),
    rows: sum((one) => one.rows),
    before: filesOf((one) => one.before),
    after: filesOf((one) => one.after),
    removed: filesOf((one) => one.removed),
    finished: sum((one) => one.finished),
    cut: done.at(-1)?.cut ?? null,
  };
}

/** `retainFiles` of the dates that are past somebody's retention, a few at a time. Throws as it does. */
export async function retainDates(
  lake: LakeFiles,
  log: KnownLog,
  options: RetentionOptions,
  most?: number,
): Promise<RetentionSummary> {
  const now = options.clock();
  const isDue = ({ emitter, dt }: ListedPartition): boolean => {
    const days = options.daysOf(emitter);
    return days !== undefined && dt < keptSince(now, days);
  };
  const groups = await datesDue(lake, log, isDue, most);
  const parts = groups.length === 0 ? [new Set<string>()] : groups;
  const done: RetentionSummary[] = [];
  for (const [at, dts] of parts.entries())
    done.push(await retainFiles(withinDates(lake, log, dts), { ...options, errors: at === parts.length - 1 }));
  return {
    partitions: done.flatMap(({ partitions }) => partitions),
    waiting: done.flatMap(({ waiting }) => waiting),
    removed: {
      files: done.reduce((sum, { removed }) => sum + removed.files, 0),
      bytes: done.reduce((sum, { removed }) => sum + removed.bytes, 0),
    },
    errors: done.at(-1)?.errors ?? { files: 0, bytes: 0, before: null },
  };
}
