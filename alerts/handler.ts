import type { AlertsJob } from './job/AlertsJob.js';
import { type AlertsSummary, runAlerts } from './job/runAlerts.js';

/** One chained run: the ledger first, so that what is judged is what has come. */
export interface AlertsRun {
  /** Books what the lake has and the ledger has not. Not called where something else builds the ledger. */
  readonly buildLedger?: () => Promise<unknown>;
  /** Opens what the job reads, after the ledger is built, since a reader sees what was there when it opened. */
  readonly open: () => Promise<{ readonly job: AlertsJob; readonly close: () => Promise<void> }>;
}

/** The scheduled job: builds the ledger, judges, decides, hands over, saves; throws what any of them throws. */
export async function alertsHandler({ buildLedger, open }: AlertsRun): Promise<AlertsSummary> {
  await buildLedger?.();
  const { job, close } = await open();
  try {
    return await runAlerts(job);
  } finally {
    await close();
  }
}
