import type { Command } from 'commander';
import { chargeLineage, formatLineage } from '../../billing/index.js';
import { readLog } from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printable } from '../printable.js';
import { printJson } from '../printJson.js';
import { withEngine } from '../withEngine.js';
import { withPackage } from '../withPackage.js';

/** `tenantscope bill lineage`: where a charge comes from. */
export function addBillLineageVerb(bill: Command, context: CliContext): void {
  bill
    .command('lineage')
    .description('go from a charge to its invoice line, rate, ledger rows, bookings and objects of the lake')
    .argument('<charge-id>', 'its x_ChargeId')
    .requiredOption(
      '--package <folder>',
      'the version it stands in: BILLING_PERIOD=…/version=NNNN, in a folder or s3://',
    )
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope bill lineage adc04563dfc6c013db6c1dc774a7d369 --package ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 --lake ./lake',
    )
    .action(async (id: string, flags: ConfigFlags & { package: string; json?: true }) => {
      const config = await loadConfig(flags, context);
      const lineage = await withEngine(config, context, async (engine) =>
        withPackage(flags.package, async (path) => chargeLineage(engine, await readLog(config.lake), path, id)),
      );
      if (flags.json === true) printJson(context, lineage);
      else for (const line of formatLineage(lineage).split('\n')) printData(context, printable(line));
    });
}
