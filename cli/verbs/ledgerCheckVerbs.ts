import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { type LedgerVerification, rebuildLedger, verifyLedger } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { progressLine } from '../progress.js';

type Flags = ConfigFlags & { json?: true };

/** `tenantscope ledger verify` and `ledger rebuild`: the ledger as a function of its manifests and the lake. */
export function addLedgerCheckVerbs(ledger: Command, context: CliContext): void {
  ledger
    .command('verify')
    .description('compute every booking and sealed date again from the log and compare; changes nothing')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'result as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit code 1 when a booking differs.\n\nExamples:\n  tenantscope ledger verify --lake ./lake',
    )
    .action(async (flags: Flags) => {
      const result = await withProgress(flags, context, verifyLedger);
      printData(context, flags.json === true ? JSON.stringify(result, null, 2) : formatVerification(result));
      if (!result.ok)
        throw new AppError('CHECK_FAILED', `${result.differing.length} booking(s) differ`, {
          hint: 'if the lake is right and the ledger is not: tenantscope ledger rebuild',
        });
    });
  ledger
    .command('rebuild')
    .description('compute every booking and sealed date again from the log and replace those that differ')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nBookings that are as they should be stay byte for byte.\n\nExamples:\n  tenantscope ledger rebuild --lake ./lake',
    )
    .action(async (flags: Flags) => {
      const summary = await withProgress(flags, context, rebuildLedger);
      if (flags.json === true) printData(context, JSON.stringify(summary, null, 2));
      printNote(context, `ledger: ${summary.bookings} bookings computed again, ${summary.replaced.length} replaced`);
    });
}

async function withProgress<T>(
  flags: Flags,
  context: CliContext,
  run: (options: Parameters<typeof verifyLedger>[0]) => Promise<T>,
): Promise<T> {
  const config = await loadConfig(flags, context);
  const progress = progressLine(context);
  const { memory_mb: memoryMb, threads } = config.engine;
  return run({ lake: config.lake, memoryMb, threads, onProgress: (text) => progress.update(text) }).finally(() =>
    progress.end(),
  );
}

function formatVerification({ bookings, differing, kept }: LedgerVerification): string {
  const lines = differing.flatMap(({ booking, differences }) =>
    differences.map((text) => `  booking ${booking}: ${text}`),
  );
  const equal = bookings - differing.length - kept.length;
  return [
    `${equal} of ${bookings} bookings and sealed dates are what the log gives`,
    ...lines,
    ...kept.map(({ booking, reason }) => `  booking ${booking} cannot be computed again: ${reason}`),
  ].join('\n');
}
