import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { formatReconcile, reconcile } from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';

/** `tenantscope reconcile`: proves that nothing was lost, mixed or counted twice. */
export function addReconcileVerb(program: Command, context: CliContext): void {
  program
    .command('reconcile')
    .description('prove that records in = records accounted for, and that the ledger equals the lake')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'every check as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit code 1 when anything differs, with the rows that do.\n\nExamples:\n  tenantscope reconcile --lake ./lake',
    )
    .action(async (flags: ConfigFlags & { json?: true }) => {
      const config = await loadConfig(flags, context);
      const result = await reconcile({
        lake: config.lake,
        memoryMb: config.engine.memory_mb,
        threads: config.engine.threads,
      });
      if (flags.json === true) printJson(context, result);
      else printData(context, formatReconcile(result));
      if (!result.ok) {
        const failed = result.checks.filter((check) => !check.ok).length;
        throw new AppError('CHECK_FAILED', `${failed} check(s) differ`, {
          hint: 'the rows above name the tenant and day; docs/how-it-works.md says what each check compares',
        });
      }
    });
}
