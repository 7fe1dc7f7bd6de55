import type { Command } from 'commander';
import { AppError, addDays, retentionRules, utcDayOf } from '../../model/index.js';
import { checkFooters, type FooterCheck, type LakeStatus, lakeStatus, TARGET_BYTES } from '../../queries/index.js';
import { byteText } from '../byteSize.js';
import { type CliContext, printData } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';

interface StatusFlags extends ConfigFlags {
  readonly footers?: true;
  readonly json?: true;
}

const DAY_MS = 86_400_000;

/** `tenantscope lake status`: what is in a lake, per tenant, and what maintenance would do with it. */
export function addLakeStatusVerb(lake: Command, context: CliContext): void {
  lake
    .command('status')
    .description(
      'files, bytes, rows and dates per tenant; the ledger, quarantine and leftovers; what maintenance would do',
    )
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--footers', 'also read every file’s footer and hold its rows against the log')
    .option('--json', 'status as JSON on stdout')
    .addHelpText(
      'after',
      '\nA file is small below half of the target size of lake compact (64 MiB) and beside another such one in its partition.\nExit code 1 when a footer differs.\n\nExamples:\n  tenantscope lake status --lake ./lake\n  tenantscope lake status --lake ./lake --footers --json',
    )
    .action(async (flags: StatusFlags) => {
      const config = await loadConfig(flags, context);
      const status = await lakeStatus({
        lake: config.lake,
        clock: context.clock,
        before: addDays(utcDayOf(context.clock()), -1),
        targetBytes: TARGET_BYTES,
        graceMs: DAY_MS,
        daysOf: retentionRules(config),
        errorsDays: config.retention.errors_days,
      });
      const { memory_mb: memoryMb, threads } = config.engine;
      const footers = flags.footers === true ? await checkFooters({ lake: config.lake, memoryMb, threads }) : undefined;
      if (flags.json === true) printJson(context, { ...status, footers });
      else printData(context, formatStatus(status, footers));
      const differing = footers?.differing.length ?? 0;
      if (differing > 0)
        throw new AppError('CHECK_FAILED', `${differing} file(s) differ from the log`, {
          hint: 'tenantscope reconcile names tenant and day of everything that is missing or changed',
        });
    });
}

const HEADINGS = ['tenant', 'files', 'size', 'rows', 'small', 'dates', 'events', 'schema', 'unbooked', 'expired'];

function formatStatus(status: LakeStatus, footers: FooterCheck | undefined): string {
  const rows = [...status.tenants, status.total].map((tenant) => [
    tenant.tenant,
    String(tenant.files),
    byteText(tenant.bytes),
    String(tenant.rows),
    `${(tenant.smallFileRatio * 100).toFixed(0)} %`,
    tenant.oldestDt === null ? '-' : `${tenant.oldestDt}..${tenant.newestDt}`,
    tenant.firstEventHour === null ? '-' : `${hour(tenant.firstEventHour)}..${hour(tenant.lastEventHour ?? '')}`,
    Object.entries(tenant.schemaVersions)
      .map(([version, files]) => `${version}:${files}`)
      .join(' ') || '-',
    String(tenant.unbooked),
    String(tenant.expired),
  ]);
  const widths = HEADINGS.map((heading, place) =>
    Math.max(heading.length, ...rows.map((row) => row[place]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((text, place) => text.padEnd(widths[place] ?? 0))
      .join('  ')
      .trimEnd();
  const { unread, errors, staging, ledger, compaction, retention } = status;
  const facts: [string, string][] = [
    ['unread', `${unread.files} files (${byteText(unread.bytes)}): replaced, expired, or listed nowhere`],
    [
      'errors',
      `${errors.files} files (${byteText(errors.bytes)})${errors.oldest === null ? '' : ` of ${errors.oldest}..${errors.newest}, ${errors.pastRetention} past their retention`}`,
    ],
    [
      'staging',
      `${staging.files} files (${byteText(staging.bytes)})${staging.files === 0 ? '' : `: ${staging.folders.join(', ')}`}`,
    ],
    [
      'ledger',
      `${ledger.files} files (${byteText(ledger.bytes)}): ${ledger.entries} log entries, ${ledger.bookings} bookings (${ledger.unfinished} not finished), ${ledger.sealedDates} sealed dates, ${ledger.parts} parts read; ${ledger.compactions} compactions, ${ledger.retentions} retentions, ${ledger.erasures} erasures; ids of expired lines ${byteText(ledger.ids.bytes)}`,
    ],
    [
      'compact',
      `would rewrite ${compaction.files} files of ${compaction.partitions} partitions into ${compaction.into}, and remove ${compaction.removable.files} (${byteText(compaction.removable.bytes)}) replaced before; date cut ${compaction.cut ?? 'none'}`,
    ],
    [
      'retain',
      `would remove ${retention.objects} objects (${retention.rows} lines, ${byteText(retention.bytes)})${retention.waiting === 0 ? '' : `; ${retention.waiting} partitions wait for their seals`}`,
    ],
  ];
  if (footers !== undefined)
    facts.push([
      'footers',
      `${footers.files} files, ${footers.rows} rows, ${footers.differing.length} differ from the log`,
    ]);
  return [
    line(HEADINGS),
    ...rows.map(line),
    '',
    ...facts.map(([name, text]) => `${name.padEnd(8)} ${text}`),
    ...(footers?.differing ?? []).map((text) => `  ${text}`),
    ...(status.total.unbooked + ledger.unfinished === 0
      ? []
      : [`warning: not everything is booked: run tenantscope ledger build`]),
  ].join('\n');
}

const hour = (instant: string): string => instant.slice(0, 13);
