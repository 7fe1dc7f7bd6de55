import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import {
  type IcebergVerifyOptions,
  type LedgerRebuildSummary,
  type LedgerVerification,
  localStore,
  openLedgerLog,
  readJournal,
  rebuildLedger,
  type TrinoLedgerOptions,
  trinoLedger,
  verifyIcebergLedger,
  verifyLedger,
} from '../../queries/index.js';
import { rebuildAthenaLedger, rebuildTrinoLedger } from '../buildOnIceberg.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { addLedgerFlags, type LedgerFlags, ledgerOnAthena, ledgerOnTrino, withAthenaLedger } from '../ledgerFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';

type Flags = ConfigFlags & { json?: true };

/** `tenantscope ledger verify` and `ledger rebuild`: the ledger as a function of its manifests and the lake. */
export function addLedgerCheckVerbs(ledger: Command, context: CliContext): void {
  const verify = ledger
    .command('verify')
    .description('compute every booking and sealed date again from the log and compare; changes nothing')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'result as JSON on stdout')
    .addHelpText(
      'after',
      '\nExit code 1 when a booking or a checkpoint differs.\n\nExamples:\n  tenantscope ledger verify --lake ./lake\n  tenantscope ledger verify --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg',
    );
  addLedgerFlags(verify);
  verify.action(async (flags: Flags & LedgerFlags) => {
    const result = await verifying(flags, context);
    if (flags.json === true) printJson(context, result);
    else printData(context, formatVerification(result));
    if (result.ok) return;
    const { differing, checkpoints = [] } = result;
    const what = [
      ...(differing.length > 0 ? [`${differing.length} booking(s)`] : []),
      ...(checkpoints.length > 0 ? [`${checkpoints.length} checkpoint(s)`] : []),
    ];
    throw new AppError('CHECK_FAILED', `${what.join(' and ')} differ`, {
      hint: 'if the lake is right and the ledger is not: tenantscope ledger rebuild',
    });
  });
  const rebuild = ledger
    .command('rebuild')
    .description('compute every booking and sealed date again from the log and replace those that differ')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--dry-run', 'compute all of it, say what would be replaced, and replace nothing')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nBookings that are as they should be stay byte for byte. A ledger in Iceberg of which a date differs is dropped and built from nothing.\n\nExamples:\n  tenantscope ledger rebuild --lake ./lake --dry-run\n  tenantscope ledger rebuild --lake ./lake\n  tenantscope ledger rebuild --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg',
    );
  addLedgerFlags(rebuild);
  rebuild.action(async (flags: Flags & LedgerFlags & { readonly dryRun?: true }) => {
    const dryRun = flags.dryRun === true;
    const summary = await (dryRun ? planRebuild : rebuilding)(flags, context);
    if (flags.json === true) printJson(context, summary, { dryRun });
    const replaced = `${summary.replaced.length} ${dryRun ? 'would be ' : ''}replaced`;
    printNote(context, `${dryPrefix(dryRun)}ledger: ${summary.bookings} bookings computed again, ${replaced}`);
    if (dryRun) for (const booking of summary.replaced) printNote(context, `  ${booking}`);
  });
}

async function verifying(flags: Flags & LedgerFlags, context: CliContext): Promise<LedgerVerification> {
  const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
  if (onTrino !== undefined) return verifyOnTrino(onTrino(await loadConfig(flags, context), context), context);
  if (onAthena === undefined) return withProgress(flags, context, verifyLedger);
  const opening = onAthena(await loadConfig(flags, context), context);
  return withAthenaLedger(opening, async ({ ledger, store }) => verifyOnIceberg({ ledger, store }, context));
}

/** What a rebuild would replace: what differs when all is computed again. */
async function planRebuild(flags: Flags & LedgerFlags, context: CliContext): Promise<LedgerRebuildSummary> {
  const { bookings, differing } = await verifying(flags, context);
  return { bookings, replaced: differing.map(({ booking }) => booking) };
}

async function rebuilding(flags: Flags & LedgerFlags, context: CliContext): Promise<LedgerRebuildSummary> {
  const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
  const config = await loadConfig(flags, context);
  const progress = progressLine(context);
  const onProgress = (text: string): void => progress.update(text);
  try {
    if (onTrino !== undefined) return await rebuildTrinoLedger(onTrino(config, context), onProgress);
    if (onAthena !== undefined) {
      return await withAthenaLedger(onAthena(config, context), (opened) =>
        rebuildAthenaLedger(opened, { clock: context.clock, onProgress }),
      );
    }
    const { memory_mb: memoryMb, threads } = config.engine;
    return await rebuildLedger({ lake: config.lake, memoryMb, threads, onProgress });
  } finally {
    progress.end();
  }
}

async function verifyOnTrino(options: TrinoLedgerOptions, context: CliContext): Promise<LedgerVerification> {
  const { lake } = options;
  const journal = () => readJournal(lake);
  return verifyOnIceberg({ ledger: await trinoLedger(options), store: localStore(lake), journal }, context);
}

async function verifyOnIceberg(
  of: Required<Pick<IcebergVerifyOptions, 'ledger' | 'store'>> & Pick<IcebergVerifyOptions, 'journal'>,
  context: CliContext,
): Promise<LedgerVerification> {
  const progress = progressLine(context);
  const onProgress = (text: string): void => progress.update(text);
  const log = await openLedgerLog(of.store).read();
  return verifyIcebergLedger({ ...of, log, clock: context.clock, onProgress }).finally(() => progress.end());
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

function formatVerification({ bookings, differing, kept, checkpoints = [] }: LedgerVerification): string {
  const lines = differing.flatMap(({ booking, differences }) =>
    differences.map((text) => `  booking ${booking}: ${text}`),
  );
  const equal = bookings - differing.length - kept.length;
  return [
    `${equal} of ${bookings} bookings and sealed dates are what the log gives`,
    ...lines,
    ...checkpoints.flatMap(({ checkpoint, differences }) => differences.map((text) => `  ${checkpoint}: ${text}`)),
    ...kept.map(({ booking, reason }) => `  booking ${booking} cannot be computed again: ${reason}`),
  ].join('\n');
}
