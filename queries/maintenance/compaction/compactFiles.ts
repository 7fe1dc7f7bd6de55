import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import {
  AppError,
  type CompactedPartition,
  type Compaction,
  isoInstant,
  LAKE,
  type LogEntry,
  type UtcDay,
} from '../../../model/index.js';
import { openScratch } from '../../engines/openScratch.js';
import { ObjectIndex } from '../../lake/ObjectIndex.js';
import { appendTo } from '../../ledger/appendEntry.js';
import type { LakeFiles } from '../LakeFiles.js';
import { compactedObjects, cutOf } from './compactionLog.js';
import { filesOf, type PlannedPartition, planCompaction } from './planCompaction.js';
import { type ReplacedFiles, removeReplaced } from './removeReplaced.js';
import { rewritePartition } from './rewritePartition.js';

/** Rewritten before an entry is claimed: what a run that dies has done in vain, at most. */
const ENTRY_BYTES = 1024 * 1024 * 1024;
const ENTRY_PARTITIONS = 100;

/** What a compaction needs. */
export interface CompactionOptions {
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  readonly memoryMb: number;
  readonly threads: number;
  /** Only arrival dates before it. */
  readonly before: UtcDay;
  /** Only this emitter's partitions; the date cut stays where it is. */
  readonly tenant?: string;
  readonly targetBytes: number;
  readonly wholeDates: boolean;
  /** Whether the date cut moves when everything was done; it does when it is left out. */
  readonly movesCut?: boolean;
  /** How long replaced files stay for those who listed them before. */
  readonly graceMs: number;
  readonly dryRun: boolean;
  readonly signal?: AbortSignal;
  readonly onProgress?: (text: string) => void;
  /** Called at named points; a test throws here to stand in for a crash. */
  readonly fault?: (point: 'written' | 'claimed' | 'placed' | 'removed') => void;
}

/** What a compaction did, or would do. */
export interface CompactionSummary {
  readonly partitions: number;
  readonly rows: number;
  readonly before: { readonly files: number; readonly bytes: number };
  /** After a dry run, what the sizes of the old files let expect. */
  readonly after: { readonly files: number; readonly bytes: number };
  /** Files that earlier compactions replaced and whose grace period is over. */
  readonly removed: ReplacedFiles;
  /** Partitions an interrupted run had rewritten and this one put in place. */
  readonly finished: number;
  /** Arrival dates before it lie in the compacted prefix, but for what came late; null before the first compaction. */
  readonly cut: UtcDay | null;
}

/**
 * Rewrites small objects of dates that are over into few, in a sibling prefix, and removes the old ones a grace period
 * later. An entry of the log says which took the place of which, so that every booking can be computed from the new ones as
 * from the old. Safe to repeat, to interrupt at any point, and beside deliveries and ledger builds; of two at once one finds
 * that the other has said something of its own, and leaves the rest. Throws LAKE_DAMAGED, INTERRUPTED, and what the files throw.
 */
export async function compactFiles(lake: LakeFiles, options: CompactionOptions): Promise<CompactionSummary> {
  const { dryRun, targetBytes, graceMs } = options;
  const now = options.clock();
  const log = await lake.log.read();
  const finished = dryRun ? 0 : await lake.finishInterrupted(log, now);
  // Listed behind it: what was put in place is known to the index.
  const [events, compacted] = [await lake.sizes(LAKE.events), await lake.sizes(LAKE.compacted)];
  const index = new ObjectIndex(log, new Set(compacted.keys()));
  const sizes = new Map([...events, ...compacted]);
  const removed = await removeReplaced(lake, log, index, sizes, { now, graceMs, dryRun });
  if (removed.files > 0) options.fault?.('removed');
  const plan = planCompaction({
    index,
    sizes,
    compacted: compactedObjects(log),
    finished: await lake.finished(log),
    before: options.before,
    ...(options.tenant === undefined ? {} : { tenant: options.tenant }),
    targetBytes,
    wholeDates: options.wholeDates,
  });
  const done = dryRun ? estimate(plan, targetBytes) : await rewrite(lake, options, log, plan);
  const before = done.plans.flatMap(({ from }) => from);
  return {
    partitions: done.plans.length,
    rows: sumOf(before, ({ rows }) => rows),
    before: { files: before.length, bytes: sumOf(before, ({ bytes }) => bytes) },
    after: { files: done.files, bytes: done.bytes },
    removed,
    finished,
    cut: cutOf(await lake.log.read()),
  };
}

interface Done {
  readonly plans: readonly PlannedPartition[];
  readonly files: number;
  readonly bytes: number;
}

/** What the old sizes let expect. */
function estimate(plan: readonly PlannedPartition[], targetBytes: number): Done {
  const bytes = plan.map(({ from }) => sumOf(from, (file) => file.bytes));
  const files = sumOf(bytes, (size) => filesOf(size, targetBytes));
  return { plans: plan, files, bytes: sumOf(bytes, (size) => size) };
}

/** Rewrites partition by partition; what has been rewritten is claimed and put in place whenever it is much. */
async function rewrite(
  lake: LakeFiles,
  options: CompactionOptions,
  log: readonly LogEntry[],
  plan: readonly PlannedPartition[],
): Promise<Done> {
  if (plan.length === 0) return { plans: [], files: 0, bytes: 0 };
  const run = randomUUID().slice(0, 8);
  const staged = lake.stagedBy(run);
  const done = new Map<PlannedPartition, CompactedPartition>();
  const pending = new Map<PlannedPartition, CompactedPartition>();
  let known = log;
  const settle = async (last: boolean): Promise<boolean> => {
    const entry = await claim(lake, options, known, [...pending.values()], last);
    if (entry === undefined) return false;
    options.fault?.('claimed');
    for (const partition of entry.partitions) await lake.place(partition, options.clock());
    options.fault?.('placed');
    known = await lake.log.read();
    for (const [planned, partition] of pending) done.set(planned, partition);
    pending.clear();
    return true;
  };
  let damage: AppError | undefined;
  let stopped: AppError | undefined;
  const { connection, close } = await openScratch({ ...options, lake: lake.scratch });
  try {
    let bytes = 0;
    for (const [place, planned] of plan.entries()) {
      if (options.signal?.aborted === true) {
        stopped = new AppError('INTERRUPTED', 'interrupted', { hint: 'run the same command again to go on' });
        break;
      }
      options.onProgress?.(`compacting ${planned.emitter}, ${planned.dt}: ${place + 1} of ${plan.length} partitions`);
      const name = `${run}-${place}`;
      const at = { connection, staged, name, targetBytes: options.targetBytes };
      try {
        pending.set(
          planned,
          await lake.withLocal(planned.from, (folder) => rewritePartition({ ...at, lake: folder }, planned)),
        );
      } catch (error) {
        // One damaged object must not keep all later dates from being compacted; it is said at the end.
        if (!(error instanceof AppError) || error.code !== 'LAKE_DAMAGED') throw error;
        damage ??= error;
        continue;
      }
      options.fault?.('written');
      bytes += sumOf(planned.from, (file) => file.bytes);
      if (place === plan.length - 1 || (bytes < ENTRY_BYTES && pending.size < ENTRY_PARTITIONS)) continue;
      bytes = 0;
      // Someone else has changed what the plan was made from: what is in place stays, the rest is for the next run.
      if (!(await settle(false))) break;
    }
    if (pending.size > 0) await settle(damage === undefined && stopped === undefined);
  } finally {
    await close();
  }
  await rm(staged, { recursive: true, force: true });
  if (stopped !== undefined || damage !== undefined) throw stopped ?? damage;
  const files = [...done.values()].flatMap(({ to }) => to);
  return { plans: [...done.keys()], files: files.length, bytes: sumOf(files, (file) => file.bytes) };
}

/** Appends the entry; undefined when another maintenance has appended one of its own. */
async function claim(
  lake: LakeFiles,
  options: CompactionOptions,
  known: readonly LogEntry[],
  partitions: readonly CompactedPartition[],
  last: boolean,
): Promise<Compaction | undefined> {
  const whole = last && options.tenant === undefined && options.movesCut !== false;
  const before = cutOf(known);
  const cut = whole && (before === null || before < options.before) ? options.before : before;
  const entry = (number: number): Compaction => ({
    version: 1,
    kind: 'compaction',
    number,
    compacted_at: isoInstant(options.clock()),
    cut,
    partitions: [...partitions],
  });
  const harmless = ({ kind }: LogEntry): boolean => kind === 'booking' || kind === 'seal';
  return appendTo(lake.log, known, entry, harmless);
}

function sumOf<T>(items: readonly T[], of: (item: T) => number): number {
  return items.reduce((sum, item) => sum + of(item), 0);
}
