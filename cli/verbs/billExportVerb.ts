import type { Command } from 'commander';
import { type DryHome, dryHome, exportPeriod, formatExport, type WrittenPackage } from '../../billing/index.js';
import { type BillFlags, exportRequest, signingKeyOf, withExportFlags } from '../billParts.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { noteWrites } from '../dryWrites.js';
import { exportHome } from '../exportHome.js';
import type { ConfigFlags } from '../loadConfig.js';
import { loadRates } from '../loadRates.js';
import { printJson } from '../printJson.js';
import { withBilledLedger } from '../withBilledLedger.js';

/** `tenantscope bill export`: rates the ledger of a month and writes a package. */
export function addBillExportVerb(bill: Command, context: CliContext): void {
  withExportFlags(
    bill
      .command('export')
      .description('rate the usage of a calendar month (UTC) and write its package')
      .requiredOption('--period <yyyy-mm>', 'the month')
      .requiredOption('--out <dir>', 'folder or s3://bucket/prefix of all exports'),
  )
    .addHelpText(
      'after',
      '\nThe same ledger, rate cards and tenants give the same bytes. What is there is never changed: other content is a new version.\n\nExamples:\n  tenantscope bill export --lake ./lake --period 2026-11 --out ./billing\n  tenantscope bill export --lake ./lake --period 2026-11 --out ./billing --signing-key env:BILLING_KEY --json\n  tenantscope bill export --lake ./lake --period 2026-11 --out s3://acme-billing/exports --dry-run\n  tenantscope bill export --engine athena --period 2026-11 --out ./billing',
    )
    .action(async (flags: BillFlags & ConfigFlags) => {
      const { config, cards } = await loadRates(flags, context);
      const signingKey = await signingKeyOf(config, flags, context);
      const real = await exportHome(flags.out, context);
      const dry = flags.dryRun === true ? dryHome(real) : undefined;
      const written = await withBilledLedger(config, flags, context, async ({ engine }) => {
        const { request, end } = exportRequest(
          { engine, config, cards, home: dry ?? real, flags, signingKey },
          context,
        );
        return exportPeriod(request).finally(end);
      });
      printExport(written, flags.json === true, context, dry);
    });
}

/** Says what was exported, and where it is; of a dry run, what would be written. */
export function printExport(written: WrittenPackage, json: boolean, context: CliContext, dry?: DryHome): void {
  const { manifest, folder } = written;
  if (!json) printData(context, formatExport(written));
  else if (dry === undefined) printJson(context, manifest);
  else printJson(context, { ...manifest, would_write: dry.writes() }, { dryRun: true });
  const { source, signature } = manifest;
  printNote(context, `completeness of ${manifest.billing_period.start.slice(0, 7)}: ${source.completeness}`);
  printNote(context, signature === null ? 'not signed: give --signing-key' : `signed by ${signature.key_id}`);
  if (dry !== undefined) noteWrites(dry.writes(), context);
  else printNote(context, written.isNew ? `wrote ${folder}` : `nothing has changed: ${folder} stands`);
}
