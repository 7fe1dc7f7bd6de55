import type { Command } from 'commander';
import { formatFindings } from '../../alerts/index.js';
import { AppError, humanInstant, SEVERITIES, startOfHour, type Window } from '../../model/index.js';
import { describeCompleteness, type Engine, resolveWindow } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { detectIn } from '../detectIn.js';
import { instantFlag } from '../instantFlag.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { oneOf } from '../oneOf.js';
import { printJson } from '../printJson.js';
import { SIGNAL_COLUMNS } from '../readSignalRows.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';

interface DetectFlags {
  readonly json?: true;
  readonly at?: string;
  readonly failOn?: string;
  readonly signals?: string;
}

/** `tenantscope detect`: names tenants far out of line with their peers. */
export function addDetectVerb(program: Command, context: CliContext): void {
  const detect = program
    .command('detect')
    .description('name the tenants that are far out of line with their peers, and why')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'findings as JSON on stdout')
    .option('--at <time>', 'judge as of this time, UTC, such as 2026-11-23T10:00Z: nothing later is looked at')
    .option('--signals <file>', `CSV beside imported metrics: ${SIGNAL_COLUMNS} (default: detection.signals)`)
    .option('--fail-on <severity>', 'exit 1 when a finding is at least this severe: PAGE, TICKET or INFO')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope detect --lake ./lake\n  tenantscope detect --lake ./lake --last 6h --json\n  tenantscope detect --lake ./lake --at 2026-11-23T10:00Z --last 3h',
    );
  addWindowFlags(detect);
  detect.action(async (flags: ConfigFlags & WindowFlags & DetectFlags) => {
    const bar = failOnOf(flags.failOn);
    const config = await loadConfig(flags, context);
    const { completeness, findings } = await withEngine(config, context, async (engine) => {
      const window = await windowOf(engine, flags);
      const completeness = await describeCompleteness(engine, window);
      const span = `${humanInstant(window.start)} to ${humanInstant(window.end)} UTC`;
      printNote(context, `judged ${span}; completeness ${completeness}`);
      return { completeness, findings: await detectIn(engine, config, window, context.signal, flags.signals) };
    });
    if (flags.json === true) printJson(context, { completeness, findings });
    else printData(context, formatFindings(findings));
    const severe = findings.filter((finding) => bar.includes(finding.severity)).length;
    if (severe > 0) throw new AppError('CHECK_FAILED', `${severe} finding(s) at or above ${flags.failOn}`);
  });
}

/** `--at` stands for the end of the data: its last full hour is the last one judged. Throws USAGE beside `--since` or `--until`. */
async function windowOf(engine: Engine, { at, ...flags }: WindowFlags & { readonly at?: string }): Promise<Window> {
  if (at === undefined) return resolveWindowFlags(engine, flags, '24h');
  if (flags.since !== undefined || flags.until !== undefined) {
    throw new AppError('USAGE', '--at says where the window ends', {
      expected: '--at with --last, or --since and --until',
    });
  }
  return resolveWindow({ last: flags.last ?? '24h' }, startOfHour(instantFlag('--at', at)));
}

function failOnOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  return SEVERITIES.slice(0, SEVERITIES.indexOf(oneOf('--fail-on', text, SEVERITIES)) + 1);
}
