import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import {
  estimateReport,
  FORMATS,
  formatReport,
  isRowFormat,
  prepareReport,
  type ReportFormat,
  type ReportFrame,
  reportNotes,
  requireBackground,
  rowsHead,
  rowsText,
  runReport,
  startReport,
  streamReport,
  writeParquet,
} from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { paintFor } from '../colour.js';
import { addCostFlags, type CostFlags, guardCost, scanLimits } from '../costGuard.js';
import { readTimeout, withDeadline } from '../deadline.js';
import { dryRun } from '../dryRun.js';
import { oneOf } from '../oneOf.js';
import { filePlace, openOutput } from '../output.js';
import { printJson } from '../printJson.js';
import { withProgress } from '../queryProgress.js';
import { type AskedReport, addReportFlags, type ReportFlags, withReport } from '../reportFlags.js';
import { reuseFlags } from '../reuseFlag.js';
import { withSaidWarnings } from '../withSaidWarnings.js';

interface RunFlags extends ReportFlags, CostFlags {
  readonly format: string;
  readonly json?: true;
  readonly out: string;
  readonly dryRun?: true;
  readonly quiet?: true;
  /** False with --no-wait. */
  readonly wait: boolean;
  readonly timeout?: string;
  readonly reuse?: string;
  readonly color?: boolean;
}

const EXAMPLES = `
Examples:
  tenantscope report run tenant-share --lake ./lake --service DynamoDB --last 24h
  tenantscope report run tenant-usage-by-day --lake ./lake --tenant acme --since 2026-11-01 --until 2026-11-08 --format csv --out usage.csv
  tenantscope report run tenant-logs --tenant acme --param severity=error --param search=timeout --last 6h
  tenantscope report run tenant-logs --tenant acme --last 7d --dry-run
  tenantscope report run problems --last 7d --max-bytes 10GB --max-cost 0.50
  tenantscope report run billing-usage --since 2026-11-01 --until 2026-12-01 --format parquet --out usage.parquet
  tenantscope report run checkout-errors --reports ./reports --tenant acme
  tenantscope report run tenant-logs --as-tenant acme --last 6h
  tenantscope report run top-tenants --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake`;

/** `tenantscope report run`: answers one report, or says what that would read and cost. */
export function addReportRunVerb(report: Command, context: CliContext): void {
  const run = report.command('run').description('answer one report').argument('<name>');
  addReportFlags(run);
  run
    .option('--format <format>', FORMATS.join(', '), 'table')
    .option('--json', 'shortcut for --format json')
    .option('--out <file>', 'where it goes; - is stdout', '-')
    .option('-n, --dry-run', 'print the statement, what it would read and cost; run nothing of it')
    .option('--no-wait', 'print the id of the query and end; then: report status, report fetch')
    .option('--wait', 'wait for the answer (default)')
    .option('--timeout <duration>', 'end with 124 after so long: 30s, 5m')
    .option('--reuse <age>', 'take an earlier result no older than this, or none: 60m, none')
    .option('-q, --quiet', 'no notes and no progress on stderr; warnings and errors stay')
    .option('--no-color', 'never colour');
  addCostFlags(run);
  run.addHelpText('after', EXAMPLES);
  run.action(async (name: string, flags: RunFlags) => {
    const format = flags.json === true ? 'json' : formatOf(flags.format);
    if (format === 'parquet' && flags.out === '-' && flags.dryRun !== true) {
      throw new AppError('USAGE', 'parquet is no text', {
        expected: '--out FILE with --format parquet',
        got: '--out -',
      });
    }
    if (!flags.wait) requireKeeping(flags);
    const timeout = flags.timeout === undefined ? undefined : readTimeout('--timeout', flags.timeout);
    await withDeadline(context, timeout, (inTime) =>
      withReport(name, reuseFlags(flags), inTime, (asked) => answer(asked, format, flags, inTime)),
    );
  });
}

async function answer(asked: AskedReport, format: ReportFormat, flags: RunFlags, context: CliContext): Promise<void> {
  const { engine, report, values, config } = asked;
  const price = Number(config.reports.usd_per_tb);
  const limits = scanLimits(flags, report, engine, config);
  const estimate = async () => estimateReport(engine, await prepareReport(engine, report, values), price);
  if (flags.dryRun === true) {
    const { text, data } = await dryRun(asked, limits, price);
    if (format === 'json') printJson(context, data, { dryRun: true });
    else printData(context, text);
    return;
  }
  await guardCost(limits, estimate, flags, context);
  await withProgress(context, engine, flags.quiet === true, () =>
    flags.wait ? write(asked, format, flags, context) : start(asked, format, flags, context),
  );
}

async function start(
  { engine, report, values }: AskedReport,
  format: ReportFormat,
  flags: RunFlags,
  context: CliContext,
): Promise<void> {
  requireBackground(engine);
  const started = await startReport(engine, report, values);
  for (const warning of started.warnings) printNote(context, `warning: ${warning}`);
  const { queryId } = started;
  if (format === 'json') printJson(context, { report: report.name, query_id: queryId });
  else printData(context, queryId);
  if (flags.quiet !== true) printNote(context, `started; read it with: tenantscope report fetch ${queryId}`);
}

async function write(asked: AskedReport, format: ReportFormat, flags: RunFlags, context: CliContext): Promise<void> {
  const { engine, report, values, maxRows } = asked;
  const options = { clock: context.clock, ...(maxRows === undefined ? {} : { maxRows }) };
  if (format === 'parquet') {
    const place = await filePlace(flags.out);
    try {
      const stream = await streamReport(engine, report, values, options);
      const frame = await writeParquet(place.path, stream.columns, stream.batches, stream.end);
      await place.commit();
      noteFrame(frame, engine.gaps, flags, context);
    } catch (error) {
      await place.discard();
      throw error;
    }
    return;
  }
  const output = await openOutput(flags.out, context);
  try {
    if (isRowFormat(format)) {
      const stream = await streamReport(engine, report, values, options);
      await output.write(rowsHead(stream.columns, format));
      for await (const rows of stream.batches) await output.write(rowsText(stream.columns, rows, format));
      noteFrame(await stream.end(), engine.gaps, flags, context);
    } else {
      const result = await runReport(engine, report, values, options);
      const paint = flags.out === '-' ? paintFor(context, flags) : undefined;
      await output.write(formatReport(format === 'json' ? withSaidWarnings(result, context) : result, format, paint));
    }
    await output.commit();
  } catch (error) {
    await output.discard();
    throw error;
  }
}

/** What an output that carries rows only cannot say goes to stderr. Gaps were said when the engine was opened. */
function noteFrame(frame: ReportFrame, said: readonly string[], flags: RunFlags, context: CliContext): void {
  if (flags.quiet !== true) for (const note of reportNotes(frame)) printNote(context, note);
  for (const warning of frame.warnings.filter((text) => !said.includes(text)))
    printNote(context, `warning: ${warning}`);
}

/** Only Athena runs a statement on when nobody waits for it. */
function requireKeeping({ engine }: RunFlags): void {
  if (engine === 'duckdb' || engine === 'trino') requireBackground({});
}

function formatOf(text: string): ReportFormat {
  return oneOf('--format', text, FORMATS);
}
