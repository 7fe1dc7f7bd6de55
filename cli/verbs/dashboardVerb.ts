import type { Command } from 'commander';
import { COST_HELP, COSTS_HELP, collected } from '../allocateBill.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { CALLERS_HELP, gatherPage, type PageFlags } from '../gatherPage.js';
import { jsonLine, printJson } from '../printJson.js';
import { addWindowFlags } from '../windowFlags.js';
import { writePage } from '../writePage.js';

/** `tenantscope dashboard`: one self-contained HTML file, or the data it is made from. */
export function addDashboardVerb(program: Command, context: CliContext): void {
  const dashboard = program.command('dashboard').description('the page operators look at, and its data');
  withPageFlags(
    dashboard
      .command('build')
      .description('write one self-contained HTML file')
      .requiredOption('--out <file>', 'where it goes'),
  )
    .addHelpText(
      'after',
      `
Without a window the page has the last 24 hours and the last 7 days.

Examples:
  tenantscope dashboard build --lake ./lake --out tenantscope.html
  tenantscope dashboard build --lake ./lake --last 7d --costs cur.parquet --out week.html
  tenantscope dashboard build --lake ./lake --package ./billing/tenantscope/BILLING_PERIOD=2026-11/version=0001 --out tenantscope.html
  tenantscope dashboard build --lake ./lake --tenant acme --out acme.html    # to be given to acme: nothing of anyone else is in it`,
    )
    .action(async (flags: PageFlags & { out: string }) => {
      await writePage(await gatherPage(flags, context), flags.out, context);
      printNote(context, `wrote ${flags.out}`);
    });
  withPageFlags(
    dashboard
      .command('data')
      .description('what the page shows, as JSON on stdout')
      .option('--json', 'the same in the envelope of every verb'),
  )
    .addHelpText('after', '\nExamples:\n  tenantscope dashboard data --lake ./lake | jq .windows[0].value.total')
    .action(async (flags: PageFlags & { readonly json?: true }) => {
      const data = await gatherPage(flags, context);
      if (flags.json === true) printJson(context, data);
      else printData(context, jsonLine(data));
    });
}

function withPageFlags(command: Command): Command {
  command
    .option('--tenant <id>', 'a page for this one customer, with nothing of any other tenant in it')
    .option('--package <folder>', 'the bill it shows: a version of bill export (default: the month so far is rated)')
    .option('--costs <path>', `for margins; ${COSTS_HELP}`, collected)
    .option('--cost <which>', COST_HELP)
    .option('--callers <how>', CALLERS_HELP)
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)');
  addWindowFlags(command);
  return command;
}
