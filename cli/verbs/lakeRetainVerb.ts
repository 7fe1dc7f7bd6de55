import { type Command, Option } from 'commander';
import { lockLake } from '../../ingest/index.js';
import { AppError, retentionRules } from '../../model/index.js';
import { mergedOnIceberg, type RetentionSummary, retainDates, retainLake } from '../../queries/index.js';
import { type AthenaFlags, addAthenaFlags } from '../athenaFlags.js';
import { byteText } from '../byteSize.js';
import { type CliContext, printNote } from '../CliContext.js';
import { ledgerOnAthena, withAthenaLedger } from '../ledgerFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { warnUnknown } from '../requireTenant.js';
import { isBucket, withBucketFiles } from '../withBucketFiles.js';

interface RetainFlags extends ConfigFlags, AthenaFlags {
  readonly engine?: string;
  readonly tenant?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tenantscope lake retain`: lines whose retention is over go; what was booked of them stays. */
export function addLakeRetainVerb(lake: Command, context: CliContext): void {
  const retain = lake
    .command('retain')
    .description('remove events and quarantined records whose retention is over; the ledger stays')
    .option('--lake <dir>', 'the lake; with --engine athena it is where the table of events lies')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--tenant <id>', 'only the events of one emitting tenant')
    .option('--dry-run', 'say what would go; write nothing')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nHow long is in tenantscope.yaml: retention.days, retention.errors_days, plans[].retention_days and\ntenants[].retention_days. Nothing goes before its bookings are sealed. Safe to repeat, to interrupt, and beside run and\nledger build.\n\nExamples:\n  tenantscope lake retain --lake ./lake --dry-run\n  tenantscope lake retain --lake ./lake\n  tenantscope lake retain --engine athena --athena-database tenantscope --athena-workgroup ledger',
    )
    .addOption(new Option('--engine <engine>', 'who keeps the ledger').choices(['duckdb', 'athena']).default('duckdb'));
  addAthenaFlags(retain);
  retain.action(async (flags: RetainFlags) => {
    const config = await loadConfig(flags, context);
    warnUnknown(flags, config, context);
    const progress = progressLine(context);
    const dryRun = flags.dryRun === true;
    const options = {
      memoryMb: config.engine.memory_mb,
      threads: config.engine.threads,
      clock: context.clock,
      daysOf: retentionRules(config),
      errorsDays: config.retention.errors_days,
      ...(flags.tenant === undefined ? {} : { tenant: flags.tenant }),
      dryRun,
      onProgress: (text: string) => progress.update(text),
    };
    const retaining = async (): Promise<RetentionSummary> => {
      const onAthena = ledgerOnAthena(flags);
      if (onAthena !== undefined) {
        return withAthenaLedger(onAthena(config, context), async ({ ledger }) => {
          const merged = await mergedOnIceberg(ledger);
          return withBucketFiles(ledger.objects.location, context, { dryRun }, (files, log) =>
            retainDates(files, log, { ...options, merged: async () => merged }),
          );
        });
      }
      if (!isBucket(config.lake)) {
        const lock = (folder: string) => lockLake(folder, 'maintenance');
        return retainLake({ ...options, lake: config.lake, lock });
      }
      throw new AppError('USAGE', 'the retention of a lake in a bucket waits for its ledger', {
        expected: '--engine athena and --athena-database: only the ledger knows which dates are merged',
        got: `--lake ${config.lake}`,
      });
    };
    const summary = await retaining().finally(() => progress.end());
    if (flags.json === true) printJson(context, summary, { dryRun });
    printNote(context, formatRetention(summary, dryRun));
  });
}

function formatRetention({ partitions, waiting, removed, errors }: RetentionSummary, dryRun: boolean): string {
  const lines: string[] = [];
  const total = (of: (partition: RetentionSummary['partitions'][number]) => number): number =>
    partitions.reduce((sum, partition) => sum + of(partition), 0);
  const would = dryRun ? 'would be' : 'are now';
  const tenants = new Map<string, { objects: number; bytes: number; through: string }>();
  for (const { emitter, dt, objects, bytes } of partitions) {
    const sum = tenants.get(emitter) ?? { objects: 0, bytes: 0, through: dt };
    tenants.set(emitter, { objects: sum.objects + objects, bytes: sum.bytes + bytes, through: dt });
  }
  if (partitions.length === 0) lines.push('no events are past their retention');
  else
    lines.push(
      `${total(({ objects }) => objects)} objects (${total(({ rows }) => rows)} lines, ${byteText(total(({ bytes }) => bytes))}) ${would} past their retention`,
    );
  for (const [tenant, { objects, bytes, through }] of [...tenants].sort())
    lines.push(`  ${tenant}: ${objects} objects (${byteText(bytes)}) of arrival dates up to ${through}`);
  if (waiting.length > 0)
    lines.push(
      `${waiting.length} partitions wait until the dates they were booked on are sealed: tenantscope ledger build`,
    );
  if (removed.files > 0) lines.push(`removed ${removed.files} files (${byteText(removed.bytes)})`);
  if (errors.files > 0)
    lines.push(
      `${dryRun ? 'would remove' : 'removed'} ${errors.files} files (${byteText(errors.bytes)}) of records quarantined before ${errors.before}`,
    );
  return lines.join('\n');
}
