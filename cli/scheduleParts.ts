import { AppError, type ReportSchedule, type ReportTarget, type Window } from '../model/index.js';
import {
  type Deliverer,
  findReport,
  folderDeliverer,
  mailDeliverer,
  parseParameters,
  runReport,
  type ScheduleParts,
  s3Deliverer,
  watermark,
} from '../queries/index.js';
import type { CliContext } from './CliContext.js';
import type { OpenEngine } from './engineFlags.js';
import { type ConfigFlags, loadConfig } from './loadConfig.js';
import { withEngine } from './withEngine.js';

/** What runs and delivers the schedules of a project file. The file is read again for each run: tenants come and go. */
export async function scheduleParts(
  flags: ConfigFlags,
  context: CliContext,
  open: OpenEngine,
  reports: string | undefined,
): Promise<ScheduleParts> {
  const { lake, mail } = await loadConfig(flags, context);
  const ask = async <T>(work: Parameters<typeof withEngine<T>>[2]): Promise<T> =>
    withEngine(await loadConfig(flags, context), context, work, open);
  const made = new Map<string, Promise<Deliverer>>();
  return {
    lake,
    clock: context.clock,
    dataThrough: () => ask(async (engine) => (await watermark(engine)).dataThrough),
    run: (schedule, window) => ask((engine) => runReport(engine, ...preparedFor(schedule, window, reports))),
    deliverer: (target) => {
      const [kind = ''] = Object.keys(target);
      const known = made.get(kind) ?? delivererOf(target, mail.from);
      made.set(kind, known);
      return known;
    },
  };
}

/** The report of a schedule and its parameters. Throws what running it would: unknown names, values of another form. */
export function preparedFor(
  schedule: ReportSchedule,
  window: Window,
  reports: string | undefined,
): readonly [ReturnType<typeof findReport>, ReturnType<typeof parseParameters>] {
  const report = findReport(schedule.report, reports);
  const pairs = Object.entries(schedule.params).map(([name, value]) => `${name}=${value}`);
  return [report, parseParameters(report, pairs, { window })];
}

/** Credentials and regions come from AWS's own chain; the clients are loaded when a target needs them. */
async function delivererOf(target: ReportTarget, from: string | undefined): Promise<Deliverer> {
  if ('folder' in target) return folderDeliverer;
  if ('s3' in target) {
    const { S3Client } = await import('@aws-sdk/client-s3');
    return s3Deliverer(new S3Client({}));
  }
  if (from === undefined)
    throw new AppError('CONFIG_INVALID', 'mail.from is not set', { expected: 'the sender of reports' });
  const { SESv2Client } = await import('@aws-sdk/client-sesv2');
  return mailDeliverer(new SESv2Client({ maxAttempts: 1 }), from);
}
