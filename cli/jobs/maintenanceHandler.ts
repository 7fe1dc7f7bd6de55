import { AppError, addDays, HOUR_MS, retentionRules, utcDayOf } from '../../model/index.js';
import {
  type CompactionSummary,
  compactDates,
  loadDynamoStore,
  mergedOnIceberg,
  type RetentionSummary,
  retainDates,
  TARGET_BYTES,
} from '../../queries/index.js';
import { printNote } from '../CliContext.js';
import { loadConfig } from '../loadConfig.js';
import { maintainTables } from '../verbs/ledgerVerb.js';
import { withBucketFiles } from '../withBucketFiles.js';
import { handlerOf, type JobContext, variable } from './jobContext.js';
import { withJobLedger } from './jobLedger.js';
import { onceForTime, type Skipped } from './onceForTime.js';
import { readStart } from './scheduledTime.js';

/** How long replaced files stay for those who listed them before. */
const GRACE_MS = 24 * HOUR_MS;

/** What a run of the maintenance did. */
export interface MaintenanceSummary {
  readonly retention: Pick<RetentionSummary, 'removed' | 'errors'>;
  /** Undefined when the time of the function was over before it was done; the next run goes on. */
  readonly compaction: CompactionSummary | undefined;
}

/**
 * The maintenance job: keeps the ledger's tables small, removes lines whose retention is over, and rewrites the small objects of
 * dates that are over into few. Changes no figure.
 */
export async function maintenanceJob(
  event: unknown,
  context: JobContext,
): Promise<MaintenanceSummary | { readonly nothing: string } | Skipped> {
  const { scheduledAt } = readStart(event);
  const config = await loadConfig({}, context);
  const { clock } = context;
  const store = await loadDynamoStore(variable(context, 'TENANTSCOPE_STATE'));
  const lake = variable(context, 'TENANTSCOPE_LAKE');
  const onProgress = (text: string): void => printNote(context, text);
  const limits = {
    clock,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    dryRun: false,
    onProgress,
  };
  const work = (): Promise<MaintenanceSummary | { readonly nothing: string }> =>
    withJobLedger(config, context, async ({ ledger }) => {
      const merged = await mergedOnIceberg(ledger).catch(ifEmpty);
      if (merged === undefined) return { nothing: 'no ledger was built yet' };
      await maintainTables(ledger, context);
      return withBucketFiles(lake, context, { dryRun: false }, async (files, log) => {
        const { removed, errors } = await retainDates(files, log, {
          ...limits,
          merged: async () => merged,
          daysOf: retentionRules(config),
          errorsDays: config.retention.errors_days,
        });
        const compaction = await compactDates(files, log, {
          ...limits,
          before: addDays(utcDayOf(clock()), -1),
          targetBytes: TARGET_BYTES,
          graceMs: GRACE_MS,
          wholeDates: false,
          signal: context.signal,
        }).catch((error: unknown) => ifOver(error, context));
        return { retention: { removed, errors }, compaction };
      });
    });
  return onceForTime({ store, job: 'maintenance', scheduledAt, clock }, work);
}

function ifEmpty(error: unknown): undefined {
  if (error instanceof AppError && error.code === 'LAKE_EMPTY') return undefined;
  throw error;
}

/** What was rewritten stands; the next run goes on where this one was ended. */
function ifOver(error: unknown, context: JobContext): undefined {
  if (!context.signal.aborted) throw error;
  printNote(context, 'compaction: the time of the function is over; the next run goes on');
  return undefined;
}

/** The deployed function. */
export const handler = handlerOf(maintenanceJob);
