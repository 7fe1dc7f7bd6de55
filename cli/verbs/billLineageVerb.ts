import type { Command } from 'commander';
import { chargeLineage, formatLineage } from '../../billing/index.js';
import { openLedgerLog } from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { addEngineFlags, type EngineFlags } from '../engineFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printable } from '../printable.js';
import { printJson } from '../printJson.js';
import { withBilledLedger } from '../withBilledLedger.js';
import { withPackage } from '../withPackage.js';

/** `tenantscope bill lineage`: where a charge comes from. */
export function addBillLineageVerb(bill: Command, context: CliContext): void {
  const lineage = bill
    .command('lineage')
    .description('go from a charge to its invoice line, rate, ledger rows, bookings and objects of the lake')
    .argument('<charge-id>', 'its x_ChargeId')
    .requiredOption(
      '--package <folder>',
      'the version it stands in: BILLING_PERIOD=…/version=NNNN, in a folder or s3://',
    )
    .option('--lake <dir>', 'the lake; with --engine trino also s3://bucket/prefix')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope bill lineage adc04563dfc6c013db6c1dc774a7d369 --package ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 --lake ./lake\n  tenantscope bill lineage adc04563dfc6c013db6c1dc774a7d369 --package s3://acme-billing/exports/tenantscope/BILLING_PERIOD=2026-11/version=0001 --engine athena',
    )
    .action(async (id: string, flags: ConfigFlags & EngineFlags & { package: string; json?: true }) => {
      const config = await loadConfig(flags, context);
      const found = await withBilledLedger(config, flags, context, async ({ engine, store }) =>
        withPackage(flags.package, async (path) => chargeLineage(engine, await openLedgerLog(store).read(), path, id)),
      );
      if (flags.json === true) printJson(context, found);
      else for (const line of formatLineage(found).split('\n')) printData(context, printable(line));
    });
  addEngineFlags(lineage);
}
