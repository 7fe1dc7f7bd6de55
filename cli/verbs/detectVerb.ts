import type { Command } from 'commander';
import { formatFindings } from '../../alerts/index.js';
import { AppError, humanInstant } from '../../model/index.js';
import { describeCompleteness } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { detectIn } from '../detectIn.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';

/** `tenantscope detect`: names tenants far out of line with their peers. */
export function addDetectVerb(program: Command, context: CliContext): void {
  const detect = program
    .command('detect')
    .description('name the tenants that are far out of line with their peers, and why')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'findings as JSON on stdout')
    .option('--fail-on <severity>', 'exit 1 when a finding is at least this severe: PAGE, TICKET or INFO')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope detect --lake ./lake\n  tenantscope detect --lake ./lake --last 6h --json',
    );
  addWindowFlags(detect);
  detect.action(async (flags: ConfigFlags & WindowFlags & { json?: true; failOn?: string }) => {
    const bar = failOnOf(flags.failOn);
    const config = await loadConfig(flags, context);
    const { completeness, findings } = await withEngine(config, context, async (engine) => {
      const window = await resolveWindowFlags(engine, flags, '24h');
      const completeness = await describeCompleteness(engine, window);
      const span = `${humanInstant(window.start)} to ${humanInstant(window.end)} UTC`;
      printNote(context, `judged ${span}; completeness ${completeness}`);
      return { completeness, findings: await detectIn(engine, config, window) };
    });
    const text = flags.json === true ? JSON.stringify({ completeness, findings }, null, 2) : formatFindings(findings);
    printData(context, text);
    const severe = findings.filter((finding) => bar.includes(finding.severity)).length;
    if (severe > 0) throw new AppError('CHECK_FAILED', `${severe} finding(s) at or above ${flags.failOn}`);
  });
}

function failOnOf(text: string | undefined): readonly string[] {
  if (text === undefined) return [];
  const order = ['PAGE', 'TICKET', 'INFO'];
  const index = order.indexOf(text);
  if (index < 0) {
    throw new AppError('USAGE', '--fail-on is not known', {
      expected: `one of ${order.join(', ')}`,
      got: JSON.stringify(text),
    });
  }
  return order.slice(0, index + 1);
}
