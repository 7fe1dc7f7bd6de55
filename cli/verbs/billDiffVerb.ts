import type { Command } from 'commander';
import { diffPackages, formatDifference, isDiffFile } from '../../billing/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { printJson } from '../printJson.js';
import { withPackage } from '../withPackage.js';

/** `tenantscope bill diff`: why two versions of a bill differ. */
export function addBillDiffVerb(bill: Command, context: CliContext): void {
  bill
    .command('diff')
    .description('explain every change between two packages of a month by usage, rate, policy or late data')
    .argument('<before>', 'a version: BILLING_PERIOD=…/version=NNNN, in a folder or s3://')
    .argument('<after>', 'another version of the same month')
    .option('--json', 'every change as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe explained parts add up to the difference, to the last digit.\n\nExamples:\n  tenantscope bill diff ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0002',
    )
    .action(async (before: string, after: string, flags: { json?: true }) => {
      const difference = await withPackage(
        before,
        (one) => withPackage(after, (other) => diffPackages(one, other), isDiffFile),
        isDiffFile,
      );
      if (flags.json === true) printJson(context, difference);
      else printData(context, formatDifference(difference));
    });
}
