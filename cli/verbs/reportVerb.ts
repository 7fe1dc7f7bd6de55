import { writeFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import {
  type Engine,
  FORMATS,
  findReport,
  formatReport,
  loadCatalogue,
  parseParameters,
  type ReportFormat,
  runReport,
} from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { reportsFolder } from '../reportsFolder.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';
import { addReportLintVerb } from './reportLintVerb.js';
import { addReportScheduleVerb } from './reportScheduleVerb.js';

interface RunFlags extends ConfigFlags, WindowFlags, EngineFlags {
  readonly param: readonly string[];
  readonly format: string;
  readonly json?: true;
  readonly out: string;
  readonly reports?: string;
}

const REPORTS = ['--reports <dir>', 'your own reports (default: ./reports when it exists)'] as const;

/** `tenantscope report list|show|run|lint`: the saved reports, built-in and your own. */
export function addReportVerb(program: Command, context: CliContext): void {
  const report = program.command('report').description('saved reports');
  report
    .command('list')
    .description('every saved report')
    .option('--json', 'as JSON')
    .option(...REPORTS)
    .action((flags: { json?: true; reports?: string }) => {
      const all = loadCatalogue(reportsFolder(flags.reports));
      if (flags.json === true) {
        printData(
          context,
          JSON.stringify(
            all.map(({ name, title, description, scope }) => ({ name, title, description, scope })),
            null,
            2,
          ),
        );
        return;
      }
      for (const { name, title } of all) printData(context, `${name.padEnd(25)} ${title}`);
    });
  report
    .command('show')
    .description('the SQL, parameters and columns of one report')
    .argument('<name>')
    .option(...REPORTS)
    .action((name: string, flags: { reports?: string }) =>
      printData(context, findReport(name, reportsFolder(flags.reports)).source),
    );
  addReportLintVerb(report, context);
  addReportScheduleVerb(report, context);
  const run = report
    .command('run')
    .description('answer one report')
    .argument('<name>')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--param <name=value>', 'a parameter; may be repeated', collect, [])
    .option(...REPORTS)
    .option('--format <format>', FORMATS.join(', '), 'table')
    .option('--json', 'shortcut for --format json')
    .option('--out <file>', 'where it goes; - is stdout', '-')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope report run tenant-share --lake ./lake --param service=DynamoDB --last 24h\n  tenantscope report run tenant-usage-by-day --lake ./lake --param tenant_id=acme --since 2026-11-01 --until 2026-11-08 --format csv --out usage.csv\n  tenantscope report run tenant-logs --param tenant_id=acme --param severity=error --param search=timeout --last 6h\n  tenantscope report run checkout-errors --reports ./reports --param tenant_id=acme\n  tenantscope report run top-tenants --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake',
    );
  addWindowFlags(run);
  addEngineFlags(run);
  run.action(async (name: string, flags: RunFlags) => {
    const found = findReport(name, reportsFolder(flags.reports));
    const format = flags.json === true ? 'json' : formatOf(flags.format);
    const open = engineOpener(flags);
    const config = await loadConfig(flags, context);
    const answer = async (engine: Engine): Promise<string> => {
      const window = await resolveWindowFlags(engine, flags, '24h');
      const result = await runReport(engine, found, parseParameters(found, flags.param, { window }));
      return formatReport(result, format);
    };
    const text = await withEngine(config, context, answer, open);
    if (flags.out === '-') printData(context, text);
    else await writeOut(flags.out, text);
  });
}

function collect(value: string, before: readonly string[]): string[] {
  return [...before, value];
}

function formatOf(text: string): ReportFormat {
  const found = FORMATS.find((format) => format === text);
  if (found === undefined) {
    throw new AppError('USAGE', '--format is not known', {
      expected: `one of ${FORMATS.join(', ')}`,
      got: JSON.stringify(text),
    });
  }
  return found;
}

async function writeOut(file: string, text: string): Promise<void> {
  try {
    await writeFile(file, text);
  } catch (error) {
    throw new AppError('CANNOT_CREATE', 'cannot write the report', {
      got: file,
      hint: 'check that the folder exists and is writable',
      cause: error,
    });
  }
}
