import { Metrics, MetricUnit } from '@aws-lambda-powertools/metrics';
import { type LedgerToBuild, loadEventQueue, ToldObjects, type ToldSummary } from '../../queries/index.js';
import { printNote } from '../CliContext.js';
import type { JobContext } from './jobContext.js';
import type { JobLedger } from './jobLedger.js';

/**
 * Works on a ledger that learns of new objects by the queue the stack names; as it is where none is named. Says what it was told,
 * and gives back what was not booked, however the work ends.
 */
export async function withObjectEvents<T>(
  ledger: JobLedger,
  context: JobContext,
  until: number,
  work: (ledger: LedgerToBuild) => Promise<T>,
): Promise<{ readonly result: T; readonly told: ToldSummary | undefined }> {
  const url = context.env.TENANTSCOPE_OBJECT_EVENTS;
  if (url === undefined || url === '') return { result: await work(ledger), told: undefined };
  const queue = await loadEventQueue(url);
  const { events, store } = ledger;
  const source = new ToldObjects({ events, queue, store, clock: context.clock, until });
  try {
    const result = await work({ ...ledger, source });
    await source.close();
    return { result, told: source.summary() };
  } catch (error) {
    // What failed first is what is told.
    await source.close().catch(() => undefined);
    throw error;
  } finally {
    for (const line of notesOf(source.summary())) printNote(context, line);
    publish(source.summary(), context);
    queue.close();
  }
}

/** What people who read the log of a run should know of its events. */
export function notesOf(summary: ToldSummary): readonly string[] {
  const { messages, removed, elsewhere, gone, unreadable, unreadableTexts, toTheEnd, failure, listed, untold } =
    summary;
  const events = `events: ${messages} messages, ${removed} of them done${toTheEnd ? '' : '; there are more for the next run'}`;
  return [
    events,
    ...(failure === undefined
      ? []
      : [`warning: the queue of events could not be used, recent days were listed: ${failure}`]),
    ...(gone === 0 ? [] : [`warning: ${gone} objects that events told of are not there any more`]),
    ...(elsewhere === 0 ? [] : [`warning: ${elsewhere} events are of another bucket or prefix and were passed over`]),
    ...(unreadable === 0
      ? []
      : [`warning: ${unreadable} messages are none of S3's and were removed: ${unreadableTexts.join(' | ')}`]),
    ...(listed === undefined
      ? []
      : [`listed ${listed === 'everything' ? 'everything' : 'today and yesterday'}: ${of(untold)}`]),
  ];
}

function of(untold: number | undefined): string {
  if (untold === undefined) return 'whether events were lost cannot be said this time';
  if (untold === 0) return 'events have told of all that is older than a quarter of an hour';
  return `${untold} objects of which no event has told were found: events are lost`;
}

/** In CloudWatch (EMF), by the function's name: of two deployments in an account each has its own alarm. */
function publish({ untold, messages, unreadable }: ToldSummary, { env }: JobContext): void {
  const metrics = new Metrics({ namespace: 'tenantscope', serviceName: 'ledger' });
  metrics.addDimension('function', env.AWS_LAMBDA_FUNCTION_NAME ?? 'ledger');
  metrics.addMetric('ObjectEvents', MetricUnit.Count, messages);
  metrics.addMetric('ObjectEventsUnreadable', MetricUnit.Count, unreadable);
  if (untold !== undefined) metrics.addMetric('ObjectsUntold', MetricUnit.Count, untold);
  metrics.publishStoredMetrics();
}
