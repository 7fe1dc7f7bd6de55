import type { Command } from 'commander';
import { type AlertsSummary, alertsHandler, rebuildState } from '../../alerts/index.js';
import { HOUR_MS, humanInstant } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { alertsJob } from '../alertsJob.js';
import { alertsState } from '../alertsState.js';
import { alertsWays } from '../alertsWays.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { instantFlag } from '../instantFlag.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { readSignalRows } from '../readSignalRows.js';

interface RunFlags extends ConfigFlags, EngineFlags {
  readonly at?: string;
  readonly ledger: boolean;
  readonly json?: true;
}

/** `tenantscope alerts run|rebuild`: the scheduled job, once; and its memory, made anew. */
export function addAlertsJobVerbs(program: Command, context: CliContext): void {
  const alerts = program.commands.find((command) => command.name() === 'alerts') ?? program.command('alerts');
  const run = alerts
    .command('run')
    .description(
      'the scheduled job, once: build the ledger, judge what is new, keep incidents, hand over what is to be sent',
    )
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--at <time>', 'as of this time instead of now, UTC')
    .option('--no-ledger', 'leave the ledger as it is: something else builds it')
    .option('--json', 'what it did as JSON on stdout')
    .addHelpText(
      'after',
      '\nFor cron or a Kubernetes CronJob, every five minutes. Safe to repeat, to skip and to run twice at once.\n\nExamples:\n  tenantscope alerts run --lake ./lake\n  tenantscope alerts run --lake ./lake --at 2026-11-23T10:00Z --json',
    );
  addEngineFlags(run);
  run.action((flags: RunFlags) => runOnce(flags, context));
  alerts
    .command('rebuild')
    .description(
      'forget what usage has said since a time, and judge it again; silences, acknowledgements and feedback stay',
    )
    .requiredOption('--since <time>', 'judge from here on, UTC: seven days back at most')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'from when on is judged again, as JSON on stdout')
    .addHelpText(
      'after',
      '\nWhat is open afterwards is told of again by the next run.\n\nExamples:\n  tenantscope alerts rebuild --since 2026-11-20 && tenantscope alerts run',
    )
    .action(async (flags: ConfigFlags & { readonly since: string; readonly json?: true }) => {
      const since = instantFlag('--since', flags.since);
      const store = await alertsState(await loadConfig(flags, context));
      await store.replace((before) => rebuildState(before, since));
      const from = Math.floor(since / HOUR_MS) * HOUR_MS;
      if (flags.json === true)
        printData(context, JSON.stringify({ state: store.name, judged_from: new Date(from).toISOString() }));
      printNote(context, `${store.name}: the next run judges from ${humanInstant(from)} UTC on`);
    });
}

async function runOnce(flags: RunFlags, context: CliContext): Promise<void> {
  const openEngine = engineOpener(flags);
  const config = await loadConfig(flags, context);
  const clock = flags.at === undefined ? context.clock : ofConstant(instantFlag('--at', flags.at));
  const signals = await readSignalRows(config);
  const store = await alertsState(config);
  const print = flags.json === true ? printNote : printData;
  const ways = await alertsWays(config, context, (text) => print(context, text));
  const { memory_mb: memoryMb, threads } = config.engine;
  // Trino and Athena read a ledger that is built elsewhere.
  const builds = flags.ledger && (flags.engine ?? 'duckdb') === 'duckdb';
  const summary = await alertsHandler({
    ...(builds
      ? { buildLedger: () => buildLedger({ lake: config.lake, clock: context.clock, memoryMb, threads }) }
      : {}),
    open: async () => {
      const engine = await openEngine(config, context);
      for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
      return {
        job: alertsJob(config, engine, { ...ways, store, clock, signals }),
        close: () => engine.close(),
      };
    },
  });
  if (flags.json === true) printData(context, JSON.stringify(summary, null, 2));
  else printNote(context, formatRun(summary));
}

const ofConstant =
  (at: number): (() => number) =>
  () =>
    at;

/** What a run of the alerting job did, in a line. */
export function formatRun({ hours, recent, judged, open, plan }: AlertsSummary): string {
  const held = plan.notifications.filter((one) => one.held !== undefined).length;
  const through = judged.hourly === null ? 'no hour yet' : `through ${humanInstant(judged.hourly)} UTC`;
  return `judged ${hours} hours and ${recent} windows of 5 minutes (${through}); ${open} incidents open; ${plan.notifications.length - held} told, ${held} held back`;
}
