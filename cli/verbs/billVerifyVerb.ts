import type { Command } from 'commander';
import { formatVerification, verifyPackage } from '../../billing/index.js';
import { AppError } from '../../model/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { printJson } from '../printJson.js';
import { readKey } from '../readKey.js';
import { withPackage } from '../withPackage.js';

/** `tenantscope bill verify`: is a package what was written, and is it right. */
export function addBillVerifyVerb(bill: Command, context: CliContext): void {
  bill
    .command('verify')
    .description('check a package with nothing but its files: signature, bytes, FOCUS, prices and sums')
    .argument('<folder>', 'a version: BILLING_PERIOD=…/version=NNNN, in a folder or s3://')
    .option('--public-key <ref>', 'Ed25519 key that must have signed it: env:NAME or a file')
    .option('--json', 'every check as JSON on stdout')
    .addHelpText(
      'after',
      '\nEnds with 1 when anything is not as it was written, or not right.\n\nExamples:\n  tenantscope bill verify ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 --public-key billing.pub.pem\n  tenantscope bill verify s3://acme-billing/exports/tenantscope/BILLING_PERIOD=2026-11/version=0001 --public-key billing.pub.pem',
    )
    .action(async (folder: string, flags: { publicKey?: string; json?: true }) => {
      const { publicKey } = flags;
      const key = publicKey === undefined ? undefined : await readKey(publicKey, 'public', context);
      const checked = await withPackage(folder, (path) => verifyPackage(path, key));
      const verified = { ...checked, folder };
      if (flags.json === true) printJson(context, verified);
      else printData(context, formatVerification(verified));
      if (verified.ok) return;
      const wrong = verified.checks.filter(({ outcome }) => outcome === 'failed');
      throw new AppError('CHECK_FAILED', `the package fails ${wrong.length} of ${verified.checks.length} checks`, {
        where: folder,
        got: wrong.map(({ check }) => check).join(', '),
      });
    });
}
