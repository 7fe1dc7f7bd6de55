import type { Command } from 'commander';
import {
  type ReattributeSummary,
  type ReplaySummary,
  reattributeUnknown,
  replayQuarantine,
} from '../../ingest/index.js';
import {
  AppError,
  HOUR_MS,
  QUARANTINE_REASONS,
  type QuarantineReason,
  registryOf,
  startOfHour,
} from '../../model/index.js';
import { resolveWindow, selectEvents } from '../../queries/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { formatDelivery } from '../formatDelivery.js';
import { type ConfigFlags, loadConfig, noteEmptyRegistry } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { replayInBucket } from '../replayInBucket.js';
import { isBucket } from '../withBucketFiles.js';

interface ReplayFlags extends ConfigFlags {
  readonly since?: string;
  readonly until?: string;
  readonly stream?: string;
  readonly reason?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** The reason that is none of the quarantine's: events that were taken, under nobody's name. */
const UNKNOWN_TENANT = 'unknown-tenant';

const LOCAL_STREAM = 'tenantscope-local';

/** `tenantscope replay`: quarantined records into the lake again, after what was wrong was mended. */
export function addReplayVerb(program: Command, context: CliContext): void {
  program
    .command('replay')
    .description('send quarantined records through the transform again; those that would fail again stay')
    .option('--lake <dir>', 'the lake: a folder, or s3://bucket/prefix of a deployment')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--since <time>', 'only records that arrived from here on, UTC: 2026-11-23 or 2026-11-23T10:00Z')
    .option('--until <time>', 'only records that arrived before, UTC')
    .option(
      '--stream <name>',
      `stream the records are taken to come from (default: ${LOCAL_STREAM}); of a bucket, only records of this data stream`,
    )
    .option(
      '--reason <name>',
      'only records with this reason; of a bucket also with Firehose’s type or code of error; unknown-tenant moves what lies under _unknown to tenants registered since',
    )
    .option('--dry-run', 'say how many would pass and which would fail again and why; write nothing')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nReplayed twice counts once. The quarantine itself is not changed. Records of a bucket are put on the Kinesis streams they\ncame by, with credentials of the role PREFIX-replay; what was put is written down below replays/, so that a second run\npasses over it and one that was ended goes on.\n\nExamples:\n  tenantscope replay --lake ./lake --dry-run\n  tenantscope replay --lake ./lake --since 2026-11-23 --reason identity_mismatch\n  tenantscope replay --lake ./lake --reason unknown-tenant\n  tenantscope replay --lake s3://bucket --since 2026-11-27T10:00Z --dry-run\n  tenantscope replay --lake s3://bucket --reason activePartitionExceeded --json',
    )
    .action(async (flags: ReplayFlags) => {
      const config = await loadConfig(flags, context);
      noteEmptyRegistry(config, context);
      const window = resolveWindow(
        { since: flags.since ?? '1970-01-01', ...(flags.until === undefined ? {} : { until: flags.until }) },
        startOfHour(context.clock()) + HOUR_MS,
      );
      if (isBucket(config.lake)) {
        if (flags.reason === UNKNOWN_TENANT) throw onlyInFolders(config.lake);
        await replayInBucket({ ...flags, dryRun: flags.dryRun === true, config, window }, context);
        return;
      }
      if (flags.reason === UNKNOWN_TENANT) {
        const summary = await reattributeUnknown({
          lake: config.lake,
          selectEvents,
          registry: registryOf(config),
          trust: config.identity.trust,
          since: window.start,
          until: window.end,
          clock: context.clock,
          memoryMb: config.engine.memory_mb,
          threads: config.engine.threads,
          dryRun: flags.dryRun === true,
        });
        if (flags.json === true) printJson(context, summary, { dryRun: flags.dryRun === true });
        printNote(context, formatReattribution(summary, flags.dryRun === true));
        if (summary.unit !== undefined) printNote(context, `next: tenantscope ledger build --lake ${config.lake}`);
        return;
      }
      const reason = flags.reason === undefined ? undefined : quarantineReason(flags.reason);
      const progress = progressLine(context);
      const summary = await replayQuarantine({
        lake: config.lake,
        since: window.start,
        until: window.end,
        registry: registryOf(config),
        trust: config.identity.trust,
        platformStream: config.identity.platform_stream,
        stream: flags.stream ?? LOCAL_STREAM,
        clock: context.clock,
        memoryMb: config.engine.memory_mb,
        threads: config.engine.threads,
        signal: context.signal,
        dryRun: flags.dryRun === true,
        ...(reason === undefined ? {} : { reason }),
        onProgress: (state) => progress.update(`${state.records} records replayed`),
      });
      progress.end();
      if (flags.json === true) printJson(context, summary, { dryRun: flags.dryRun === true });
      printNote(context, formatReplay(summary, flags.dryRun === true));
      if (summary.delivery !== undefined) {
        printNote(context, formatDelivery(summary.delivery));
        printNote(context, `next: tenantscope ledger build --lake ${config.lake}`);
      }
    });
}

function onlyInFolders(lake: string): AppError {
  return new AppError('USAGE', '--reason unknown-tenant works on a lake in a folder only', {
    expected: '--lake with a folder',
    got: lake,
    hint: 'of a deployment, _unknown stays in the ledger under that name',
  });
}

function quarantineReason(text: string): QuarantineReason {
  if (Object.hasOwn(QUARANTINE_REASONS, text)) return text as QuarantineReason;
  throw new AppError('USAGE', '--reason is not a reason', {
    expected: [UNKNOWN_TENANT, ...Object.keys(QUARANTINE_REASONS)].join(', '),
    got: JSON.stringify(text),
  });
}

function formatReattribution({ events, usage, unresolved }: ReattributeSummary, dryRun: boolean): string {
  const would = dryRun ? 'would move' : 'moved';
  const lines: string[] = [];
  for (const [tenant, count] of Object.entries(events))
    lines.push(`${count} events ${would} from _unknown to ${tenant}`);
  for (const [tenant, count] of Object.entries(usage))
    lines.push(`usage of ${count} events ${would} from _unknown to ${tenant}`);
  for (const [claim, count] of Object.entries(unresolved))
    lines.push(`${count} events stay: nobody is registered for ${claim}`);
  return lines.length === 0 ? 'nothing under _unknown names who it was' : lines.join('\n');
}

function formatReplay(summary: ReplaySummary, dryRun: boolean): string {
  const { records, passing, split, failing } = summary;
  const failed = Object.values(failing).reduce((sum, count) => sum + count, 0);
  const would = dryRun ? 'would pass' : 'pass';
  const lines = [`${records} quarantined records: ${passing} ${would}, ${split} split by tenant, ${failed} fail again`];
  if ((summary.withoutReason ?? 0) > 0)
    lines.push(`  ${summary.withoutReason} carry no reason and would pass today: leave --reason out to replay them`);
  for (const [reason, count] of Object.entries(failing)) {
    lines.push(`  ${count} ${reason}: ${QUARANTINE_REASONS[reason as QuarantineReason]}`);
  }
  return lines.join('\n');
}
