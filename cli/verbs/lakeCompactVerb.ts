import type { Command } from 'commander';
import { lockLake } from '../../ingest/index.js';
import { AppError, addDays, isUtcDay, type UtcDay, utcDayOf } from '../../model/index.js';
import {
  type CompactionSummary,
  type CompactionVerification,
  compactDates,
  compactLake,
  TARGET_BYTES,
  verifyCompactions,
} from '../../queries/index.js';
import { byteText } from '../byteSize.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { warnUnknown } from '../requireTenant.js';
import { wholeNumber } from '../wholeNumber.js';
import { isBucket, withBucketFiles } from '../withBucketFiles.js';

interface CompactFlags extends ConfigFlags {
  readonly before?: string;
  readonly tenant?: string;
  readonly targetMb: string;
  readonly graceHours: string;
  readonly wholeDates?: true;
  readonly dryRun?: true;
  readonly verify?: true;
  readonly json?: true;
}

const MB = 1024 * 1024;
const HOUR_MS = 3_600_000;

/** `tenantscope lake compact`: small objects of dates that are over become few. */
export function addLakeCompactVerb(lake: Command, context: CliContext): void {
  lake
    .command('compact')
    .description('rewrite small objects of dates that are over into few; their old files go a grace period later')
    .option('--lake <dir>', 'the lake: a folder, or s3://bucket/prefix')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--before <date>', 'only arrival dates before it, UTC (default: dates that are over for a day)')
    .option('--tenant <id>', 'only the partitions of one emitting tenant')
    .option('--target-mb <number>', 'size of the new files, at most', String(TARGET_BYTES / MB))
    .option('--grace-hours <number>', 'how long replaced files stay for readers that listed them', '24')
    .option('--whole-dates', 'also rewrite what would gain nothing, so that whole dates lie in the compacted prefix')
    .option('--dry-run', 'say what would be rewritten and removed; write nothing')
    .option('--verify', 'compare what compactions wrote with what they replaced; write nothing')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nSafe to repeat, to interrupt, and beside run and ledger build.\n\nExamples:\n  tenantscope lake compact --lake ./lake --dry-run\n  tenantscope lake compact --lake ./lake --before 2026-11-01\n  tenantscope lake compact --lake ./lake --verify\n  tenantscope lake compact --lake s3://bucket/prefix',
    )
    .action(async (flags: CompactFlags) => {
      const config = await loadConfig(flags, context);
      warnUnknown(flags, config, context);
      const limits = { lake: config.lake, memoryMb: config.engine.memory_mb, threads: config.engine.threads };
      const progress = progressLine(context);
      const onProgress = (text: string): void => progress.update(text);
      if (flags.verify === true) {
        if (isBucket(config.lake)) {
          throw new AppError('USAGE', 'compactions of a lake in a bucket cannot be compared again', {
            got: config.lake,
            hint: 'each is compared before it counts, and held against the log before its old files go',
          });
        }
        const result = await verifyCompactions({ ...limits, onProgress }).finally(() => progress.end());
        if (flags.json === true) printJson(context, result);
        else printData(context, formatVerification(result));
        if (!result.ok)
          throw new AppError('CHECK_FAILED', `${result.differing.length} partition(s) differ`, {
            hint: 'the old files are kept as long as they are there; tenantscope reconcile lists what is damaged',
          });
        return;
      }
      const dryRun = flags.dryRun === true;
      const options = {
        ...limits,
        clock: context.clock,
        before: dateCut(flags.before, context.clock()),
        ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
        targetBytes: wholeNumber('--target-mb', flags.targetMb, 1, 10_000) * MB,
        graceMs: wholeNumber('--grace-hours', flags.graceHours, 0, 10_000) * HOUR_MS,
        wholeDates: flags.wholeDates === true,
        dryRun,
        signal: context.signal,
        onProgress,
      };
      const compacting = isBucket(config.lake)
        ? withBucketFiles(config.lake, context, { dryRun }, (files, log) => compactDates(files, log, options))
        : compactLake({ ...options, lock: (folder) => lockLake(folder, 'maintenance') });
      const summary = await compacting.finally(() => progress.end());
      if (flags.json === true) printJson(context, summary, { dryRun });
      printNote(context, formatCompaction(summary, dryRun));
    });
}

/** Only dates that are over: what still comes would have to be compacted again. */
function dateCut(text: string | undefined, now: number): UtcDay {
  const today = utcDayOf(now);
  if (text === undefined) return addDays(today, -1);
  if (isUtcDay(text) && text <= today) return text;
  throw new AppError('USAGE', '--before is not usable', {
    expected: `a UTC day up to ${today}, as YYYY-MM-DD`,
    got: JSON.stringify(text),
  });
}

function formatCompaction(summary: CompactionSummary, dryRun: boolean): string {
  const { partitions, before, after, removed, finished } = summary;
  const lines: string[] = [];
  if (finished > 0) lines.push(`put ${finished} partitions in place that an interrupted run had rewritten`);
  const would = dryRun ? 'would rewrite' : 'rewrote';
  if (partitions === 0) lines.push('nothing to compact');
  else
    lines.push(
      `${would} ${before.files} files (${byteText(before.bytes)}) of ${partitions} partitions into ${after.files} (${byteText(after.bytes)})`,
    );
  if (removed.files > 0)
    lines.push(
      `${dryRun ? 'would remove' : 'removed'} ${removed.files} files (${byteText(removed.bytes)}) that were replaced before`,
    );
  return lines.join('\n');
}

function formatVerification({ compared, hashed, differing }: CompactionVerification): string {
  const lines = differing.map(({ emitter, dt, difference }) => `  tenant ${emitter}, day ${dt}: ${difference}`);
  const equal = compared + hashed - differing.length;
  return [
    `${equal} of ${compared + hashed} partitions hold what they replaced (${compared} compared row by row, ${hashed} by the hash in the log)`,
    ...lines,
  ].join('\n');
}
