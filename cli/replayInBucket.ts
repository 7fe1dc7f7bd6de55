import { type BucketReplaySummary, deliverySource, replayBucket, s3ErrorObjects } from '../ingest/index.js';
import {
  AppError,
  type Config,
  parseS3Url,
  QUARANTINE_REASONS,
  type QuarantineReason,
  registryOf,
} from '../model/index.js';
import { s3Store } from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { printJson } from './printJson.js';
import { progressLine } from './progress.js';
import { streamTargetFor, WAITING } from './streamTargetFor.js';

/** What of a bucket's quarantine is to be replayed. */
interface BucketReplayFlags {
  readonly config: Config;
  readonly window: { readonly start: number; readonly end: number };
  readonly stream?: string;
  readonly reason?: string;
  readonly dryRun: boolean;
  readonly json?: true;
}

/**
 * Replays the error objects of a deployment, with AWS's own chain of credentials. Prints the summary whatever came of it; throws
 * INTERRUPTED after Ctrl-C, WRITE_FAILED when a stream did not take some of the records.
 */
export async function replayInBucket(flags: BucketReplayFlags, context: CliContext): Promise<void> {
  const { config, window, stream, reason, dryRun } = flags;
  const [{ S3Client }, { FirehoseClient }] = await Promise.all([
    import('@aws-sdk/client-s3'),
    import('@aws-sdk/client-firehose'),
  ]);
  const [s3, firehose] = [new S3Client({}), new FirehoseClient({})];
  const address = parseS3Url(config.lake);
  const progress = progressLine(context);
  let last: BucketReplaySummary | undefined;
  try {
    const summary = await replayBucket({
      objects: s3ErrorObjects(s3, address),
      journal: s3Store({ client: s3, ...address }),
      sourceOf: (delivery) => deliverySource(firehose, delivery),
      targetOf: streamTargetFor,
      registry: registryOf(config),
      trust: config.identity.trust,
      platformStream: config.identity.platform_stream,
      since: window.start,
      until: window.end,
      ...(stream === undefined ? {} : { stream }),
      ...(reason === undefined ? {} : { reason }),
      dryRun,
      clock: context.clock,
      ...WAITING,
      signal: context.signal,
      onProgress: (state) => {
        last = state;
        progress.update(`${state.records} records of ${state.objects} objects read, ${sum(state.replayed)} replayed`);
      },
    });
    progress.end();
    if (flags.json === true) printJson(context, summary, { dryRun });
    printNote(context, formatBucketReplay(summary, dryRun));
    if (summary.interrupted) throw new AppError('INTERRUPTED', 'interrupted', { hint: AGAIN });
    if (sum(summary.undelivered) > 0) throw notTaken(summary.undelivered);
  } catch (error) {
    progress.end();
    if (
      last !== undefined &&
      !dryRun &&
      !(error instanceof AppError && ['INTERRUPTED', 'WRITE_FAILED'].includes(error.code))
    )
      printNote(context, `${sum(last.replayed)} records were replayed before; run the same command again to go on`);
    throw error;
  } finally {
    s3.destroy();
    firehose.destroy();
  }
}

const AGAIN = 'run the same command again to go on: what was replayed is passed over';

const sum = (counts: Readonly<Record<string, number>>): number =>
  Object.values(counts).reduce((total, count) => total + count, 0);

function notTaken(undelivered: Readonly<Record<string, number>>): AppError {
  return new AppError('WRITE_FAILED', 'a stream did not take some of the records', {
    got: Object.entries(undelivered)
      .map(([reason, count]) => `${count} ${reason}`)
      .join(', '),
    hint: AGAIN,
  });
}

function formatBucketReplay(summary: BucketReplaySummary, dryRun: boolean): string {
  const { objects, records, byType, passing, split, failing, transformed, replayed } = summary;
  const types = Object.entries(byType).map(([type, count]) => `${count} ${type}`);
  const lines = [
    `${records} quarantined records in ${objects} error objects${types.length === 0 ? '' : `: ${types.join(', ')}`}`,
    `  ${passing} ${dryRun ? 'would pass' : 'pass'}, ${split} split by tenant, ${sum(failing)} fail again`,
  ];
  for (const [reason, count] of Object.entries(failing))
    lines.push(`  ${count} ${reason}: ${QUARANTINE_REASONS[reason as QuarantineReason]}`);
  if (summary.replayedBefore > 0) lines.push(`  ${summary.replayedBefore} were replayed before`);
  if (summary.passedOver > 0) lines.push(`  ${summary.passedOver} have another reason than the one asked for`);
  if (transformed > 0)
    lines.push(
      `  ${transformed} are lines the transform has answered, which no stream takes: docs/runbooks/conversion-failing.md`,
    );
  for (const [stream, count] of Object.entries(replayed)) lines.push(`${count} put on ${stream}`);
  if (sum(replayed) > 0)
    lines.push('they are in the lake when the delivery writes its next objects, and booked on the open date');
  return lines.join('\n');
}
