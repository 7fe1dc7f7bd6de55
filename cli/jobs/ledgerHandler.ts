import { BOOKED_AT_ONCE } from '../../planner/index.js';
import type { IcebergBuildSummary, ToldSummary } from '../../queries/index.js';
import { loadDynamoStore } from '../../queries/index.js';
import { buildBucketLedger } from '../buildOnIceberg.js';
import { printNote } from '../CliContext.js';
import { loadConfig } from '../loadConfig.js';
import { formatLedgerBuild } from '../verbs/ledgerVerb.js';
import { handlerOf, type JobContext, variable } from './jobContext.js';
import { withJobLedger } from './jobLedger.js';
import { withObjectEvents } from './objectEvents.js';
import { onceForTime, type Skipped } from './onceForTime.js';
import { readStart } from './scheduledTime.js';

/** What the last booking may take, milliseconds. */
const LAST_BOOKING_MS = 7 * 60_000;

/** What a run booked, and what it was told by the bucket where that tells it. */
export type LedgerAnswer = IcebergBuildSummary & { readonly told?: ToldSummary };

/**
 * The ledger job: books what the lake has and the ledger has not, finishes what a run before left, and seals dates that are over.
 * Of new objects it learns by the events of the bucket; it lists recent days once an hour and everything once a day.
 */
export async function ledgerJob(event: unknown, context: JobContext): Promise<LedgerAnswer | Skipped> {
  const { scheduledAt } = readStart(event);
  const config = await loadConfig({}, context);
  const store = await loadDynamoStore(variable(context, 'TENANTSCOPE_STATE'));
  return onceForTime({ store, job: 'ledger', scheduledAt, clock: context.clock }, () =>
    withJobLedger(config, context, async (ledger) => {
      const onProgress = (text: string): void => printNote(context, text);
      const limits = { mostObjects: BOOKED_AT_ONCE, until: context.endsAt - LAST_BOOKING_MS };
      const { result: summary, told } = await withObjectEvents(ledger, context, limits.until, (opened) =>
        buildBucketLedger(opened, { clock: context.clock, onProgress }, limits),
      );
      printNote(context, formatLedgerBuild(summary));
      if (summary.left !== undefined) printNote(context, `${summary.left} objects are left to the next run`);
      return { ...summary, ...(told === undefined ? {} : { told }) };
    }),
  );
}

/** The deployed function. */
export const handler = handlerOf(ledgerJob);
