import type { Command } from 'commander';
import { readVersion } from '../../billing/index.js';
import { type DashboardData, shellWord } from '../../dashboard/index.js';
import { AppError, type Config, DAY_MS, type RateCard, type Tenant, type Window } from '../../model/index.js';
import type { Engine } from '../../queries/index.js';
import { alertsState } from '../alertsState.js';
import { COST_HELP, COSTS_HELP, collected, loadBill } from '../allocateBill.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dashboardData } from '../dashboardData.js';
import { detectIn } from '../detectIn.js';
import type { ConfigFlags } from '../loadConfig.js';
import { loadRates } from '../loadRates.js';
import { billOfPackage, billSoFar } from '../pageBill.js';
import { pageMargin } from '../pageMargin.js';
import { shellFlags } from '../shellFlags.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';
import { withPackage } from '../withPackage.js';
import { writePage } from '../writePage.js';

interface PageFlags extends ConfigFlags, WindowFlags {
  readonly tenant?: string;
  readonly package?: string;
  readonly costs?: readonly string[];
  readonly cost?: string;
}

/** Beside the window asked for by default, the week that ends with it can be chosen. */
const WEEK_MS = 7 * DAY_MS;

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
      .option('--json', 'the same: it has no other form'),
  )
    .addHelpText('after', '\nExamples:\n  tenantscope dashboard data --lake ./lake | jq .windows[0].value.total')
    .action(async (flags: PageFlags) => printData(context, JSON.stringify(await gatherPage(flags, context))));
}

function withPageFlags(command: Command): Command {
  command
    .option('--tenant <id>', 'a page for this one customer, with nothing of any other tenant in it')
    .option('--package <folder>', 'the bill it shows: a version of bill export (default: the month so far is rated)')
    .option('--costs <path>', `for margins; ${COSTS_HELP}`, collected)
    .option('--cost <which>', COST_HELP)
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)');
  addWindowFlags(command);
  return command;
}

/** Gathers the data that the flags ask for. Throws PARAMETER_INVALID for a tenant that is not registered. */
async function gatherPage(flags: PageFlags, context: CliContext): Promise<DashboardData> {
  const { config, cards } = await loadRates(flags, context);
  const tenant = tenantOf(flags.tenant, config);
  return withEngine(config, context, async (engine) => {
    const window = await resolveWindowFlags(engine, flags, '24h');
    const plain = flags.since === undefined && flags.until === undefined && flags.last === undefined;
    const suffix = shellFlags(flags);
    return dashboardData(engine, config, {
      window,
      alsoWindows: plain ? [{ start: window.end - WEEK_MS, end: window.end }] : [],
      findings: await detectIn(engine, config, window),
      incidents: await incidentsOf(config, window),
      bill: await billOf(engine, config, cards, flags, window),
      margin: tenant === undefined ? await marginOf({ engine, config, cards, window, suffix }, flags, context) : null,
      reconciled: null,
      generatedAt: context.clock(),
      flags: suffix,
      ...(tenant === undefined ? {} : { tenant }),
    });
  });
}

function tenantOf(id: string | undefined, { tenants }: Config): Tenant | undefined {
  const found = tenants.find((tenant) => tenant.id === id);
  if (id === undefined || found !== undefined) return found;
  throw new AppError('PARAMETER_INVALID', 'no such tenant', {
    where: '--tenant',
    expected: 'a registered tenant',
    got: JSON.stringify(id),
    hint: 'tenantscope tenant list names them',
  });
}

/** Incidents that are open, and those that ended in the window or the week before it. */
async function incidentsOf(config: Config, window: Window) {
  const { state } = await (await alertsState(config)).read();
  const since = window.start - WEEK_MS;
  const ended = state.resolved.filter(({ resolved_at: at }) => at !== null && at >= since);
  return [...state.open, ...ended.toReversed()].filter(({ opened_at: at }) => at < window.end);
}

async function billOf(engine: Engine, config: Config, cards: readonly RateCard[], flags: PageFlags, window: Window) {
  const { package: place } = flags;
  if (place === undefined) return billSoFar(engine, config, cards, window.end - 1);
  return withPackage(place, async (folder) => billOfPackage(await readVersion(folder), place));
}

async function marginOf(
  about: {
    readonly engine: Engine;
    readonly config: Config;
    readonly cards: readonly RateCard[];
    readonly window: Window;
    readonly suffix: string;
  },
  { costs, cost }: PageFlags,
  context: CliContext,
) {
  if (costs === undefined) return null;
  const period = new Date(about.window.end - 1).toISOString().slice(0, 7);
  const bill = await loadBill({ costs, period, ...(cost === undefined ? {} : { cost }) }, about.config, context);
  const given = costs.map((path) => ` --costs ${shellWord(path)}`).join('');
  const command = `tenantscope margin${given} --period ${period}${about.suffix}`;
  return pageMargin(about.engine, about.config, { cards: about.cards, bill, period, command });
}
