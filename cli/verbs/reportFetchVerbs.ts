import { setTimeout as sleep } from 'node:timers/promises';
import type { Command } from 'commander';
import {
  type BackgroundStatus,
  type Engine,
  fetchReport,
  formatReport,
  isTextFormat,
  requireBackground,
  TEXT_FORMATS,
} from '../../queries/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { paintFor } from '../colour.js';
import { readTimeout, withDeadline } from '../deadline.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { unknownName } from '../oneOf.js';
import { openOutput } from '../output.js';
import { printJson } from '../printJson.js';
import { findReportOf, REPORTS } from '../reportsFolder.js';
import { withEngine } from '../withEngine.js';
import { withSaidWarnings } from '../withSaidWarnings.js';

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 5_000;

type StatusFlags = ConfigFlags & EngineFlags & { readonly json?: true };

interface FetchFlags extends StatusFlags {
  readonly format: string;
  readonly out: string;
  readonly reports?: string;
  readonly wait?: true;
  readonly timeout?: string;
  readonly color?: boolean;
}

/** `tenantscope report status` and `report fetch`: what became of a report that was started with --no-wait. */
export function addReportFetchVerbs(report: Command, context: CliContext): void {
  const status = report
    .command('status')
    .description('what became of a query that was started: queued, running, succeeded, failed or cancelled')
    .argument('<id>', 'as report run --no-wait printed it')
    .option('--json', 'as JSON');
  const fetch = report
    .command('fetch')
    .description('the answer of a query that was started')
    .argument('<id>', 'as report run --no-wait printed it')
    .option('--format <format>', TEXT_FORMATS.join(', '), 'table')
    .option('--json', 'shortcut for --format json')
    .option('--out <file>', 'where it goes; - is stdout', '-')
    .option('--wait', 'wait until it is ready')
    .option('--timeout <duration>', 'with --wait: end with 124 after so long: 30s, 5m')
    .option('--no-color', 'never colour')
    .option(...REPORTS);
  for (const command of [status, fetch]) {
    command.option('--lake <dir>', 'the lake').option('--config <file>', 'project file (default: ./tenantscope.yaml)');
    addEngineFlags(command);
  }
  status.addHelpText('after', '\nExamples:\n  tenantscope report status 1a2b3c --engine athena --json');
  fetch.addHelpText(
    'after',
    '\nExit code 75 while it runs.\n\nExamples:\n  tenantscope report fetch 1a2b3c --engine athena --wait --format csv --out share.csv',
  );
  status.action((id: string, flags: StatusFlags) =>
    withBackground(flags, context, async (engine) => {
      const found = await requireBackground(engine).status(id);
      if (flags.json === true) printJson(context, statusAsObject(found));
      else printData(context, statusText(found));
    }),
  );
  fetch.action(async (id: string, flags: FetchFlags) => {
    const format = flags.json === true ? 'json' : flags.format;
    if (!isTextFormat(format))
      throw unknownName('USAGE', '--format is not known', { got: format, known: TEXT_FORMATS });
    const timeout = flags.timeout === undefined ? undefined : readTimeout('--timeout', flags.timeout);
    await withDeadline(context, timeout, (inTime) =>
      withBackground(flags, inTime, async (engine) => {
        if (flags.wait === true) await untilEnded(engine, id, inTime);
        const find = (name: string) => findReportOf(name, flags.reports);
        const fetched = await fetchReport(engine, id, find, { clock: inTime.clock });
        const result = format === 'json' ? withSaidWarnings(fetched, inTime) : fetched;
        const output = await openOutput(flags.out, inTime);
        try {
          await output.write(formatReport(result, format, flags.out === '-' ? paintFor(inTime, flags) : undefined));
          await output.commit();
        } catch (error) {
          await output.discard();
          throw error;
        }
      }),
    );
  });
}

/** Opens the engine; one that keeps no statements is refused before there is a lake to look for. */
async function withBackground(
  flags: ConfigFlags & EngineFlags,
  context: CliContext,
  work: (engine: Engine) => Promise<void>,
): Promise<void> {
  if (flags.engine === 'duckdb' || flags.engine === 'trino') requireBackground({});
  await withEngine(await loadConfig(flags, context), context, work, engineOpener(flags));
}

async function untilEnded(engine: Engine, id: string, { signal }: CliContext): Promise<void> {
  const background = requireBackground(engine);
  for (let wait = FIRST_WAIT_MS; ; wait = Math.min(wait * 1.5, LONGEST_WAIT_MS)) {
    const { state } = await background.status(id);
    if (state !== 'queued' && state !== 'running') return;
    await sleep(wait, undefined, { signal }).catch(() => undefined);
    signal.throwIfAborted();
  }
}

const instant = (ms: number | undefined): string | null => (ms === undefined ? null : new Date(ms).toISOString());

function statusAsObject({ queryId, state, reason, bytesScanned, costUsd, reused, ...times }: BackgroundStatus) {
  return {
    query_id: queryId,
    state,
    reason: reason ?? null,
    bytes_scanned: bytesScanned === undefined ? null : Number(bytesScanned),
    cost_usd: costUsd ?? null,
    reused: reused ?? false,
    submitted_at: instant(times.submittedAt),
    completed_at: instant(times.completedAt),
  };
}

function statusText({ queryId, state, reason, bytesScanned, costUsd }: BackgroundStatus): string {
  const scanned = bytesScanned === undefined ? '' : `; scanned ${bytesScanned} bytes`;
  const cost = costUsd === undefined ? '' : `, ${costUsd} USD at list price`;
  return `${queryId} ${state}${reason === undefined ? '' : `: ${reason}`}${scanned}${cost}`;
}
