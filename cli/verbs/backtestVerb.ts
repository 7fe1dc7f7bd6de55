import type { Command } from 'commander';
import {
  BACKTEST_FILES,
  backtest,
  doubtfulHours,
  factsOf,
  formatBacktest,
  HISTORY_MS,
  judgeBudgets,
  LONGEST_BURN_MS,
  ledgerPanels,
  ledgerSource,
  priceUsage,
  readSignals,
  replay,
} from '../../alerts/index.js';
import { AppError, budgetsOf, type Config, HOUR_MS, startOfHour } from '../../model/index.js';
import { usageByHour } from '../../queries/index.js';
import { alertsState } from '../alertsState.js';
import { type CliContext, printData } from '../CliContext.js';
import { detectTenants } from '../detectIn.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { readBacktestFile, readSignalRows, SIGNAL_COLUMNS } from '../readSignalRows.js';
import { resolveWindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';

interface BacktestFlags extends ConfigFlags {
  readonly usage?: string;
  readonly since?: string;
  readonly until?: string;
  readonly tenants?: string;
  readonly signals?: string;
  readonly labels?: string;
  readonly json?: true;
}

const columns = (file: keyof typeof BACKTEST_FILES): string => Object.keys(BACKTEST_FILES[file].shape).join(',');

/** `tenantscope backtest`: replays a history and says what would have been found and sent. */
export function addBacktestVerb(program: Command, context: CliContext): void {
  program
    .command('backtest')
    .description('replay usage from a file or a lake as if live: what would have been found, opened, paged and closed')
    .option('--usage <file>', `CSV: ${columns('usage')}`)
    .option('--tenants <file>', `CSV: ${columns('tenants')}`)
    .option('--signals <file>', `CSV: ${SIGNAL_COLUMNS}; with a lake beside its own signals`)
    .option('--labels <file>', `CSV of what should have been found: ${columns('labels')}`)
    .option(
      '--lake <dir>',
      'the lake, with --since instead of --usage: by the same code and settings as the scheduled job',
    )
    .option('--since <time>', 'replay the hours of the lake from here on, UTC; what is before is history')
    .option('--until <time>', 'up to here (default: where the data ends)')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'result as JSON on stdout')
    .addHelpText(
      'after',
      '\nWindows may have any regular length. A missing row is no data, a quantity of 0 is idle. Times are UTC.\n\nExamples:\n  tenantscope backtest --usage usage.csv\n  tenantscope backtest --usage usage.csv --tenants tenants.csv --labels labels.csv --json\n  tenantscope backtest --lake ./lake --since 2026-11-01',
    )
    .action(async (flags: BacktestFlags) => {
      const config = await loadConfig(flags, context);
      const progress = progressLine(context);
      const onProgress = (done: number, of: number): void => progress.update(`window ${done} of ${of}`, done / of);
      const work =
        flags.usage === undefined
          ? ofLake(flags, config, context, onProgress)
          : ofFiles(flags.usage, flags, config, onProgress);
      const result = await work.finally(() => progress.end());
      if (flags.json === true) printJson(context, result);
      else printData(context, formatBacktest(result));
    });
}

type Replayed = ReturnType<typeof replay>;
type OnProgress = (done: number, of: number) => void;

async function ofFiles(path: string, flags: BacktestFlags, config: Config, onProgress: OnProgress): Promise<Replayed> {
  if (flags.since !== undefined || flags.until !== undefined) {
    throw new AppError('USAGE', '--since and --until are for a lake', { expected: '--usage, or --since with --lake' });
  }
  return backtest({
    usage: await readBacktestFile('usage', path),
    usagePath: path,
    tenants: flags.tenants === undefined ? [] : await readBacktestFile('tenants', flags.tenants),
    signals: flags.signals === undefined ? [] : await readBacktestFile('signals', flags.signals),
    labels: flags.labels === undefined ? undefined : await readBacktestFile('labels', flags.labels),
    prices: config.list_prices,
    onProgress,
  });
}

async function ofLake(
  flags: BacktestFlags,
  config: Config,
  context: CliContext,
  onProgress: OnProgress,
): Promise<Replayed> {
  const { since, tenants } = flags;
  if (since === undefined || tenants !== undefined) {
    throw new AppError('USAGE', 'what is to be replayed', {
      expected: '--usage with files, or --since with the hours of a lake',
      got: since === undefined ? 'neither' : '--since with --tenants, which is for files',
    });
  }
  const labels = flags.labels === undefined ? undefined : await readBacktestFile('labels', flags.labels);
  const rows = await readSignalRows(config, flags.signals);
  return withEngine(config, context, async (engine) => {
    const asked = await resolveWindowFlags(engine, flags, '28d');
    const window = { start: startOfHour(asked.start), end: startOfHour(asked.end) };
    const history = { start: window.start - HISTORY_MS, end: window.end };
    const usage = await usageByHour(engine, history);
    const { acknowledgements } = (await (await alertsState(config)).read()).state;
    const source = ledgerSource(engine);
    const budgets = budgetsOf(config);
    const looked = { ...window, start: window.start - (budgets.length === 0 ? 0 : LONGEST_BURN_MS) };
    const doubts = doubtfulHours(await source.completeness(looked), config.detection.least_complete);
    const { services } = priceUsage(usage, config.list_prices);
    const used = new Set(usage.map(({ event_hour }) => event_hour));
    return replay({
      panels: ledgerPanels(usage, config.list_prices, history),
      from: window.start,
      until: window.end,
      facts: factsOf(detectTenants(config), { acknowledgements }),
      signal: await readSignals(source, { window, windowMs: HOUR_MS, usage, services, rows }),
      incomplete: (start) => doubts.get(start),
      budgets: judgeBudgets({
        budgets,
        services,
        complete: (hour) => used.has(hour) && !doubts.has(hour),
      }),
      labels,
      pagesPerHour: config.detection.pages_per_hour,
      onProgress,
    });
  });
}
