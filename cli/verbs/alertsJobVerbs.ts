import type { Command } from 'commander';
import { type AlertsSummary, alertsHandler, rebuildState } from '../../alerts/index.js';
import { HOUR_MS, humanInstant } from '../../model/index.js';
import { buildLedger } from '../../queries/index.js';
import { alertsJob } from '../alertsJob.js';
import { alertsState } from '../alertsState.js';
import { alertsWays, dryWays } from '../alertsWays.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { dryPrefix } from '../dryWrites.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { instantFlag } from '../instantFlag.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { besideJson, printJson } from '../printJson.js';
import { readSignalRows } from '../readSignalRows.js';
import { takeTurns } from '../takeTurns.js';

interface RunFlags extends ConfigFlags, EngineFlags {
  readonly at?: string;
  readonly ledger: boolean;
  readonly dryRun?: true;
  readonly json?: true;
}

interface RebuildFlags extends ConfigFlags {
  readonly since: string;
  readonly dryRun?: true;
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
    .option('--dry-run', 'judge, and say what would be told; the ledger is not built, nothing is kept or sent')
    .option('--json', 'what it did as JSON on stdout')
    .addHelpText(
      'after',
      '\nFor cron or a Kubernetes CronJob, every five minutes. Safe to repeat, to skip and to run twice at once.\n\nExamples:\n  tenantscope alerts run --lake ./lake\n  tenantscope alerts run --lake ./lake --at 2026-11-23T10:00Z --dry-run --json',
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
    .option('--dry-run', 'say what would be forgotten, and change nothing')
    .option('--json', 'from when on is judged again, as JSON on stdout')
    .addHelpText(
      'after',
      '\nWhat is open afterwards is told of again by the next run.\n\nExamples:\n  tenantscope alerts rebuild --since 2026-11-20 --dry-run\n  tenantscope alerts rebuild --since 2026-11-20 && tenantscope alerts run',
    )
    .action((flags: RebuildFlags) => rebuild(flags, context));
}

async function rebuild(flags: RebuildFlags, context: CliContext): Promise<void> {
  const since = instantFlag('--since', flags.since);
  const dryRun = flags.dryRun === true;
  const store = await alertsState(await loadConfig(flags, context), { dryRun });
  let incidents = 0;
  const after = await store.replace((before) => {
    incidents = (before?.open.length ?? 0) + (before?.resolved.length ?? 0);
    return rebuildState(before, since);
  });
  const forgotten = incidents - after.open.length - after.resolved.length;
  const from = Math.floor(since / HOUR_MS) * HOUR_MS;
  const answer = { state: store.name, judged_from: new Date(from).toISOString(), forgotten_incidents: forgotten };
  if (flags.json === true) printJson(context, answer, { dryRun });
  const [would, judges] = dryRun ? ['would be forgotten', 'would judge'] : ['forgotten', 'judges'];
  printNote(
    context,
    `${dryPrefix(dryRun)}${store.name}: ${forgotten} incidents ${would}; the next run ${judges} from ${humanInstant(from)} UTC on`,
  );
}

async function runOnce(flags: RunFlags, context: CliContext): Promise<void> {
  const openEngine = engineOpener(flags);
  const config = await loadConfig(flags, context);
  const clock = flags.at === undefined ? context.clock : ofConstant(instantFlag('--at', flags.at));
  const signals = await readSignalRows(config);
  const dryRun = flags.dryRun === true;
  const store = await alertsState(config, { dryRun });
  const print = flags.json === true ? printNote : printData;
  const say = (text: string): void => print(context, text);
  const ways = dryRun ? dryWays(say) : await alertsWays(config, besideJson(context, flags), say);
  const { memory_mb: memoryMb, threads } = config.engine;
  // Trino and Athena read a ledger that is built elsewhere.
  const builds = !dryRun && flags.ledger && (flags.engine ?? 'duckdb') === 'duckdb';
  const summary = await alertsHandler({
    ...(builds
      ? { buildLedger: () => buildLedger({ lake: config.lake, clock: context.clock, memoryMb, threads }) }
      : {}),
    open: async () => {
      const engine = await openEngine(config, context);
      for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
      return {
        job: alertsJob(config, engine, { ...ways, store, clock, signals, turn: takeTurns(context.signal) }),
        close: () => engine.close(),
      };
    },
  });
  if (flags.json === true) printJson(context, summary, { dryRun });
  else printNote(context, `${dryPrefix(dryRun)}${formatRun(summary)}`);
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
