import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import { AppError, type Config } from '../../model/index.js';
import {
  type DueOccurrence,
  lastStatus,
  lastTimeOf,
  nextScheduledTime,
  type OccurrenceStatus,
  planDue,
  runDue,
  runNow,
  runSchedules,
  windowOfSchedule,
} from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { unknownName } from '../oneOf.js';
import { jsonLine, printJson } from '../printJson.js';
import { reportsFolder } from '../reportsFolder.js';
import { preparedFor, scheduleParts } from '../scheduleParts.js';

interface ListFlags extends ConfigFlags {
  readonly json?: true;
}

interface RunFlags extends ConfigFlags, EngineFlags {
  readonly once?: true;
  readonly now?: string;
  readonly until?: string;
  readonly reports?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tenantscope report schedule list|run`: reports at times, delivered once. */
export function addReportScheduleVerb(report: Command, context: CliContext): void {
  const schedule = report.command('schedule').description('reports at times, delivered to a folder, S3 or mail');
  schedule
    .command('list')
    .description('the schedules, when each is due next, and what became of its last time')
    .option('--lake <dir>', 'the lake, which keeps what became of each time')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope report schedule list\n  tenantscope report schedule list --lake ./lake --json',
    )
    .action((flags: ListFlags) => list(flags, context));
  const run = schedule
    .command('run')
    .description('run what is due and deliver it, until stopped')
    .option('--once', 'run what is due now, and end')
    .option(
      '--now <name>',
      'run the last time of one schedule now; what failed is tried again, what was delivered is not',
    )
    .option('--until <time>', 'end at this time, UTC: 2026-11-23T10:00Z')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--reports <dir>', 'your own reports (default: ./reports when it exists)')
    .option('--dry-run', 'say what is due now and where it would be delivered; run and deliver nothing')
    .option('--json', 'each change of state as a line of JSON; with --dry-run what is due, as JSON')
    .addHelpText(
      'after',
      '\nEnds with 1 when a report could not be delivered.\n\nExamples:\n  tenantscope report schedule list\n  tenantscope report schedule run --dry-run\n  tenantscope report schedule run\n  tenantscope report schedule run --once        # from cron or a Kubernetes CronJob\n  tenantscope report schedule run --now daily-share',
    );
  addEngineFlags(run);
  run.action((flags: RunFlags) => runVerb(flags, context));
}

async function list(flags: ListFlags, context: CliContext): Promise<void> {
  const { report_schedules: schedules, lake } = await loadConfig(flags, context);
  const rows = await Promise.all(
    schedules.map(async (one) => {
      const next = nextScheduledTime(one, context.clock());
      const last = await lastStatus(lake, one.name);
      return {
        name: one.name,
        report: one.report,
        at: one.at,
        next: next === undefined ? null : iso(next),
        last: last === undefined ? null : { time: iso(last.time), state: last.state },
      };
    }),
  );
  if (flags.json === true) {
    printJson(context, rows);
    return;
  }
  if (rows.length === 0) printNote(context, 'no report_schedules in tenantscope.yaml');
  for (const { name, report, at, next, last } of rows) {
    const before = last === null ? 'never run' : `last ${last.time} ${last.state}`;
    printData(context, `${name.padEnd(25)} ${report.padEnd(25)} ${at.padEnd(15)} next ${next ?? 'never'}; ${before}`);
  }
}

async function runVerb(flags: RunFlags, context: CliContext): Promise<void> {
  const open = engineOpener(flags);
  const config = await loadConfig(flags, context);
  const reports = reportsFolder(flags.reports);
  const until = untilOf(flags.until);
  for (const one of config.report_schedules) nextScheduledTime(one, context.clock());
  for (const one of config.report_schedules) preparedFor(one, windowOfSchedule(one, context.clock()), reports);
  if (flags.dryRun === true) return printDue(await dueOf(flags, config, context), flags, context);
  const parts = await scheduleParts(flags, context, open, reports);
  const last = new Map<string, OccurrenceStatus>();
  const tell = (status: OccurrenceStatus): void => {
    last.set(`${status.schedule} ${status.time}`, status);
    const { schedule, time, state, detail } = status;
    if (flags.json === true) printData(context, jsonLine({ schedule, time: iso(time), state, detail }));
    else printData(context, `${schedule} ${iso(time)}: ${state}${detail === '' ? '' : `, ${detail}`}`);
  };
  if (flags.now !== undefined) tell(await runNow(parts, scheduleCalled(flags.now, config)));
  else if (flags.once === true) for (const status of await runDue(parts, config.report_schedules)) tell(status);
  else {
    const wait = (ms: number): Promise<void> => sleep(ms, undefined, { signal: context.signal }).catch(() => undefined);
    const pacing = { sleep: wait, signal: context.signal, ...(until === undefined ? {} : { until }) };
    await runSchedules(parts, config.report_schedules, pacing, tell);
  }
  const failed = [...last.values()].filter(({ state }) => state === 'failed');
  if (failed.length > 0) {
    throw new AppError('CHECK_FAILED', 'not every report was delivered', {
      got: failed.map(({ schedule, time }) => `${schedule} ${iso(time)}`).join(', '),
      hint: 'mend what the lines above say, and run: tenantscope report schedule run --now NAME',
    });
  }
}

/** What a run would take up now: with --now the last time of one schedule, else all that is due. */
async function dueOf(flags: RunFlags, config: Config, { clock }: CliContext): Promise<readonly DueOccurrence[]> {
  if (flags.now === undefined) return planDue({ lake: config.lake, clock }, config.report_schedules);
  const schedule = scheduleCalled(flags.now, config);
  return [{ schedule, time: lastTimeOf(schedule, clock()), would: 'run' }];
}

function printDue(due: readonly DueOccurrence[], { json }: RunFlags, context: CliContext): void {
  const answer = due.map(({ schedule: { name, report, deliver }, time, would }) => {
    const to = deliver.map((target) => Object.entries(target).flat().join(' '));
    return { schedule: name, report, time: iso(time), would, deliver: to };
  });
  if (json === true) printJson(context, answer, { dryRun: true });
  for (const { schedule, report, time, would, deliver } of json === true ? [] : answer) {
    const to = would === 'run' ? ` for ${deliver.join(', ')}` : '';
    printData(context, `${schedule} ${time}: would ${would} ${report}${to}`);
  }
  printNote(context, due.length === 0 ? 'dry run: nothing is due' : 'dry run: nothing was run or delivered');
}

function scheduleCalled(name: string, config: Config): Config['report_schedules'][number] {
  const found = config.report_schedules.find((one) => one.name === name);
  if (found !== undefined) return found;
  const known = config.report_schedules.map((one) => one.name);
  throw unknownName('USAGE', 'no schedule has this name', {
    ...(known.length === 0 ? { expected: 'a schedule in report_schedules' } : {}),
    got: name,
    known,
  });
}

function untilOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}Z$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(time))
    throw new AppError('USAGE', '--until is not usable', {
      expected: 'a UTC time such as 2026-11-23T10:00Z',
      got: text,
    });
  return time;
}

const iso = (time: number): string => `${new Date(time).toISOString().slice(0, 16)}Z`;
