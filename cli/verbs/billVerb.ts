import type { Command } from 'commander';
import { formatBillSummary } from '../../billing/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { exportBill } from '../exportBill.js';
import type { ConfigFlags } from '../loadConfig.js';
import { loadRates } from '../loadRates.js';
import { withEngine } from '../withEngine.js';

/** `tenantscope bill export`: rates the ledger of a month and writes the charges. */
export function addBillVerb(program: Command, context: CliContext): void {
  program
    .command('bill')
    .description('billing exports')
    .command('export')
    .description('rate the usage of a calendar month (UTC) and write the charges')
    .requiredOption('--period <yyyy-mm>', 'the month')
    .requiredOption('--out <dir>', 'where BILLING_PERIOD=…/ goes')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file with the rate cards (default: ./tenantscope.yaml)')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe same ledger and rate cards give the same bytes.\n\nExamples:\n  tenantscope bill export --lake ./lake --period 2026-11 --out ./billing',
    )
    .action(async (flags: ConfigFlags & { period: string; out: string; json?: true }) => {
      const { config, cards } = await loadRates(flags, context);
      const bill = await withEngine(config, context, (engine) =>
        exportBill(engine, config, cards, flags.period, flags.out),
      );
      if (flags.json === true) printData(context, JSON.stringify(bill.manifest, null, 2));
      else printData(context, formatBillSummary(bill.rated));
      printNote(context, `completeness of ${flags.period}: ${bill.completeness}`);
      printNote(context, `wrote ${bill.folder}`);
    });
}
