import type { Command } from 'commander';
import {
  beginClose,
  type CloseRequest,
  closePeriod,
  type DryHome,
  dryHome,
  type ExportRequest,
  listPeriods,
  reopenPeriod,
} from '../../billing/index.js';
import { AppError } from '../../model/index.js';
import { readSealedDates } from '../../queries/index.js';
import { type BillFlags, exportRequest, signingKeyOf, withExportFlags } from '../billParts.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { noteWrites } from '../dryWrites.js';
import { exportHome } from '../exportHome.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { loadRates } from '../loadRates.js';
import { printJson } from '../printJson.js';
import { withBilledLedger } from '../withBilledLedger.js';
import { printExport } from './billExportVerb.js';

interface CloseFlags extends BillFlags, ConfigFlags {
  readonly by?: string;
  readonly approvedBy?: string;
  readonly reopen?: string;
  readonly acceptIncomplete?: string;
  readonly leaveLate?: true;
}

/** `tenantscope bill close` and `bill periods`: a month's way from open to closed. */
export function addBillCloseVerb(bill: Command, context: CliContext): void {
  withExportFlags(
    bill
      .command('close')
      .description('close a month: freeze what it is billed by, approve it, and write the final package')
      .requiredOption('--period <yyyy-mm>', 'the month')
      .requiredOption('--out <dir>', 'folder or s3://bucket/prefix of all exports, which also holds the log of periods')
      .option('--by <name>', 'begin only: freeze, so that it can be looked at before it is approved')
      .option('--approved-by <name>', 'approve and close; freezes first where nobody has')
      .option('--reopen <reason>', 'with --by: give up a close that is not approved')
      .option('--accept-incomplete <reason>', 'close although hours are missing for good; recorded in the package')
      .option('--leave-late', 'leave what was booked after the last sealed date to corrections'),
  )
    .addHelpText(
      'after',
      '\nRefused while the data is not all there, with tenants and hours. After the close nothing of the month changes: what comes later is corrected in the next one.\n\nExamples:\n  tenantscope bill close --period 2026-11 --out ./billing --by anna                # look at it with bill export\n  tenantscope bill close --period 2026-11 --out ./billing --approved-by berta --dry-run\n  tenantscope bill close --period 2026-11 --out ./billing --approved-by berta\n  tenantscope bill close --period 2026-11 --out ./billing --by anna --reopen "wrong price of reads"\n  tenantscope bill close --period 2026-11 --engine athena --out s3://acme-billing/exports --by anna',
    )
    .action((flags: CloseFlags) => runClose(flags, context));
  bill
    .command('periods')
    .description('which months are closing or closed, by whom, and what was billed')
    .requiredOption('--out <dir>', 'folder or s3://bucket/prefix of all exports')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText('after', '\nExamples:\n  tenantscope bill periods --out ./billing')
    .action(async (flags: ConfigFlags & { out: string; json?: true }) => {
      const config = await loadConfig(flags, context);
      const periods = await listPeriods(await exportHome(flags.out, context), config.billing.export_name);
      if (flags.json === true) printJson(context, periods);
      else if (periods.length === 0) printData(context, 'every period is open');
      for (const { period, state, begun, approved, closed } of flags.json === true ? [] : periods) {
        const billed = closed === null ? '' : `  version ${closed.version}  ${closed.billed}`;
        printData(
          context,
          `${period}  ${state}  begun by ${begun}${approved === null ? '' : `, approved by ${approved}`}${billed}`,
        );
      }
    });
}

async function runClose(flags: CloseFlags, context: CliContext): Promise<void> {
  const { by, approvedBy, reopen } = flags;
  if ((by === undefined) === (approvedBy === undefined) || (reopen !== undefined && by === undefined)) {
    throw new AppError('USAGE', 'who closes the period', {
      expected: '--by NAME to begin (with --reopen to give up), or --approved-by NAME to close',
      got: by !== undefined ? 'both' : approvedBy !== undefined ? '--reopen without --by' : 'neither',
    });
  }
  const { acceptIncomplete } = flags;
  const given = {
    '--by': by,
    '--approved-by': approvedBy,
    '--reopen': reopen,
    '--accept-incomplete': acceptIncomplete,
  };
  const empty = Object.entries(given).find(([, text]) => text?.trim() === '');
  if (empty !== undefined)
    throw new AppError('USAGE', 'who closes the period, and why', {
      expected: `a text for ${empty[0]}`,
      got: 'nothing',
    });
  const { config, cards } = await loadRates(flags, context);
  const signingKey = await signingKeyOf(config, flags, context);
  const real = await exportHome(flags.out, context);
  const dry = flags.dryRun === true ? dryHome(real) : undefined;
  await withBilledLedger(config, flags, context, async ({ engine, store }) => {
    const about = { engine, config, cards, home: dry ?? real, flags, signingKey };
    const { request, end } = exportRequest(about, context);
    const close = closeRequest(request, await readSealedDates(store), flags, context);
    if (by !== undefined && reopen !== undefined) {
      await reopenPeriod(close, by, reopen);
      printState({ period: flags.period, state: 'open', by }, `${flags.period} is open again`, flags, dry, context);
    } else if (by !== undefined) {
      await beginClose(close, by);
      const told = `${flags.period} is closing: bill export shows what would be billed; close it with --approved-by`;
      printState({ period: flags.period, state: 'closing', by }, told, flags, dry, context);
    } else if (approvedBy !== undefined) {
      const written = await closePeriod(close, approvedBy).finally(end);
      printExport(written, flags.json === true, context, dry);
      if (dry === undefined) printNote(context, `${flags.period} is closed, approved by ${approvedBy}`);
    }
  });
}

/** Says what became of a period that no package was written for. */
function printState(
  state: { readonly period: string; readonly state: string; readonly by: string },
  told: string,
  flags: CloseFlags,
  dry: DryHome | undefined,
  context: CliContext,
): void {
  if (flags.json === true && dry !== undefined)
    printJson(context, { ...state, would_write: dry.writes() }, { dryRun: true });
  else if (flags.json === true) printJson(context, state);
  if (dry === undefined) printNote(context, told);
  else noteWrites(dry.writes(), context);
}

function closeRequest(
  request: ExportRequest,
  sealed: readonly string[],
  flags: CloseFlags,
  context: CliContext,
): CloseRequest {
  return {
    ...request,
    sealed,
    clock: context.clock,
    acceptIncomplete: flags.acceptIncomplete,
    leaveLate: flags.leaveLate === true,
  };
}
