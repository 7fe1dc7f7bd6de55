import { readVersion } from '../billing/index.js';
import { askedOnce, CALLER_NAMES, type DashboardData, shellWord } from '../dashboard/index.js';
import { AppError, type Config, DAY_MS, type RateCard, type Tenant, type Window } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import { alertsState } from './alertsState.js';
import { loadBill } from './allocateBill.js';
import type { CliContext } from './CliContext.js';
import { dashboardData } from './dashboardData.js';
import { detectIn } from './detectIn.js';
import type { ConfigFlags } from './loadConfig.js';
import { loadRates } from './loadRates.js';
import { oneOf } from './oneOf.js';
import { billOfPackage, billSoFar } from './pageBill.js';
import { pageMargin } from './pageMargin.js';
import { shellFlags } from './shellFlags.js';
import { resolveWindowFlags, type WindowFlags } from './windowFlags.js';
import { withEngine } from './withEngine.js';
import { withPackage } from './withPackage.js';

/** What a page is asked for with. */
export interface PageFlags extends ConfigFlags, WindowFlags {
  readonly tenant?: string;
  readonly package?: string;
  readonly costs?: readonly string[];
  readonly cost?: string;
  readonly callers?: string;
}

/** `--callers`, in words. */
export const CALLERS_HELP =
  "users in a tenant's view: named, numbered, or none, which reads no lines (default: numbered; named with --tenant)";

/** Beside the window asked for by default, the week that ends with it can be chosen. */
const WEEK_MS = 7 * DAY_MS;

/** Gathers what a page shows that the flags ask for. Throws PARAMETER_INVALID for a tenant that is not registered. */
export async function gatherPage(flags: PageFlags, context: CliContext): Promise<DashboardData> {
  const rates = await loadRates(flags, context);
  tenantOf(flags.tenant, rates.config);
  return withEngine(rates.config, context, (engine) => gatherPageIn(engine, rates, flags, context));
}

/** The same in an engine that is open, with the configuration and rate cards that were read for it. */
export async function gatherPageIn(
  opened: Engine,
  { config, cards }: { readonly config: Config; readonly cards: readonly RateCard[] },
  flags: PageFlags,
  context: CliContext,
): Promise<DashboardData> {
  // What findings, bill and page ask alike is asked once.
  const engine = askedOnce(opened);
  const tenant = tenantOf(flags.tenant, config);
  const window = await resolveWindowFlags(engine, flags, '24h');
  const plain = flags.since === undefined && flags.until === undefined && flags.last === undefined;
  const suffix = shellFlags(flags);
  return dashboardData(engine, config, {
    window,
    alsoWindows: plain ? [{ start: window.end - WEEK_MS, end: window.end }] : [],
    ...(flags.callers === undefined ? {} : { callers: oneOf('--callers', flags.callers, CALLER_NAMES) }),
    findings: await detectIn(engine, config, window, context.signal),
    incidents: await incidentsOf(config, window),
    bill: await billOf(engine, config, cards, flags, window),
    margin: tenant === undefined ? await marginOf({ engine, config, cards, window, suffix }, flags, context) : null,
    reconciled: null,
    generatedAt: context.clock(),
    flags: suffix,
    ...(tenant === undefined ? {} : { tenant }),
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
