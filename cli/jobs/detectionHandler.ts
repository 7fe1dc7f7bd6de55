import { type AlertsSummary, alertsHandler } from '../../alerts/index.js';
import { loadDynamoStore, notedUnbooked } from '../../queries/index.js';
import { alertsJob } from '../alertsJob.js';
import { alertsState } from '../alertsState.js';
import { alertsWays } from '../alertsWays.js';
import { printNote } from '../CliContext.js';
import { loadConfig } from '../loadConfig.js';
import { formatRun } from '../verbs/alertsJobVerbs.js';
import { deployedAlerts } from './deployedAlerts.js';
import { handlerOf, type JobContext, variable } from './jobContext.js';
import { openJobEngine, withJobLedger } from './jobLedger.js';
import { onceForTime, type Skipped } from './onceForTime.js';
import { readStart } from './scheduledTime.js';

/** What a run did, in short: its plan names incidents at length, and Lambda passes answers on. */
export type DetectionAnswer = Omit<AlertsSummary, 'plan'> & { readonly told: number; readonly held: number };

/** The detection job: judges what the ledger has, keeps incidents, and tells what is to be told. Behind the ledger job. */
export async function detectionJob(event: unknown, context: JobContext): Promise<DetectionAnswer | Skipped> {
  const { scheduledAt } = readStart(event);
  const config = deployedAlerts(await loadConfig({}, context), context);
  const { clock } = context;
  const store = await loadDynamoStore(variable(context, 'TENANTSCOPE_STATE'));
  return onceForTime({ store, job: 'detection', scheduledAt, clock }, () =>
    withJobLedger(config, context, async (ledger) => {
      const ways = await alertsWays(config, context, (text) => printNote(context, text));
      const state = await alertsState(config);
      const { plan, ...summary } = await alertsHandler({
        open: async () => {
          // The ledger job before it has looked, and noted what it left.
          const source = notedUnbooked(ledger.events, { store: ledger.store, clock });
          const engine = await openJobEngine(config, { ...ledger, source }, context);
          return { job: alertsJob(config, engine, { ...ways, store: state, clock, signals: [] }), close: engine.close };
        },
      });
      printNote(context, formatRun({ ...summary, plan }));
      const held = plan.notifications.filter((one) => one.held !== undefined).length;
      return { ...summary, told: plan.notifications.length - held, held };
    }),
  );
}

/** The deployed function. */
export const handler = handlerOf(detectionJob);
