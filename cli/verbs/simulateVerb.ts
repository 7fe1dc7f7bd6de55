import type { Command } from 'commander';
import { COMPRESSIONS, type Compression, SCENARIOS, type ScenarioName, simulate } from '../../ingest/index.js';
import { AppError, HOUR_MS, parseDuration, startOfHour } from '../../model/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { oneOf } from '../oneOf.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { wholeNumber } from '../wholeNumber.js';

interface SimulateFlags {
  readonly scenario: string;
  readonly tenants: string;
  readonly hours: string;
  readonly history: string;
  readonly seed: string;
  readonly end?: string;
  readonly out: string;
  readonly aggregate?: true;
  readonly duplicates: string;
  readonly late?: true;
  readonly hostile?: true;
  readonly formats?: string | true;
  readonly compress?: string;
  readonly megabytes?: string;
  readonly json?: true;
}

/** Share of the text lines a bare `--formats` prints in other formats. */
const FORMATS_SHARE = 0.5;

/** `tenantscope simulate`: records as sidecars send them, their arrival stamps, and the exact truth. */
export function addSimulateVerb(program: Command, context: CliContext): void {
  const names = Object.entries(SCENARIOS).map(([name, description]) => `  ${name.padEnd(16)} ${description}`);
  program
    .command('simulate')
    .description('write simulated records, their registry and the exact truth of what was consumed')
    .requiredOption('--out <dir>', 'empty or new folder')
    .option('--scenario <name>', 'what happens', 'quiet')
    .option('--tenants <n>', 'how many tenants', '15')
    .option('--hours <n>', 'detailed hours at the end', '24')
    .option('--history <duration>', 'thin history before them, such as 28d', '28d')
    .option('--seed <n>', 'same seed, same bytes', '1')
    .option('--end <instant>', 'when the simulated time ends, UTC (default: the last full hour)')
    .option('--aggregate', 'pack lines into records of up to 1 MiB')
    .option('--duplicates <share>', 'share of chunks sent twice, 0 to 1', '0')
    .option('--late', 'mix in chunks that arrive hours or days late')
    .option('--hostile', 'mix in malformed lines and forged identities')
    .option(
      '--formats [share]',
      `share of the text lines printed as klog, syslog, logfmt, access lines, stack traces …, 0 to 1 (bare: ${FORMATS_SHARE})`,
    )
    .option('--compress <how>', 'gzip or zstd, each record on its own, as Fluent Bit sends them')
    .option('--megabytes <n>', 'write at least this much, counted before compression')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      `\nScenarios:\n${names.join('\n')}\n\nExamples:\n  tenantscope simulate --scenario noisy-dynamodb --out ./sim\n  tenantscope simulate --scenario pooled --duplicates 0.2 --late --hostile --seed 7 --out ./sim
  tenantscope simulate --formats --aggregate --compress gzip --out ./sim`,
    )
    .action(async (flags: SimulateFlags) => {
      const progress = progressLine(context);
      const summary = await simulate(
        {
          scenario: scenarioOf(flags.scenario),
          tenants: wholeNumber('--tenants', flags.tenants, 1, 1000),
          hours: wholeNumber('--hours', flags.hours, 1, 24 * 365),
          historyHours: historyHours(flags.history),
          seed: wholeNumber('--seed', flags.seed, 0, 2 ** 32 - 1),
          end: endOf(flags.end, context.clock()),
          aggregate: flags.aggregate === true,
          duplicates: shareOf('--duplicates', flags.duplicates),
          late: flags.late === true,
          hostile: flags.hostile === true,
          ...(flags.formats === undefined
            ? {}
            : { formats: flags.formats === true ? FORMATS_SHARE : shareOf('--formats', flags.formats) }),
          ...(flags.compress === undefined ? {} : { compress: compressionOf(flags.compress) }),
          ...(flags.megabytes === undefined
            ? {}
            : { targetBytes: wholeNumber('--megabytes', flags.megabytes, 1, 1_000_000) * 1_000_000 }),
        },
        { dir: flags.out },
        (done) => progress.update(`simulating: ${(done.bytes / 1e6).toFixed(1)} MB`),
      );
      progress.end();
      if (flags.json === true) printJson(context, summary);
      printNote(
        context,
        `wrote ${summary.records} records (${(summary.bytes / 1e6).toFixed(1)} MB) to ${flags.out}; next: tenantscope run --config ${flags.out}/tenantscope.yaml --input ${flags.out}/records --lake ./lake`,
      );
    });
}

function scenarioOf(text: string): ScenarioName {
  return oneOf('--scenario', text, Object.keys(SCENARIOS) as ScenarioName[]);
}

function compressionOf(text: string): Compression {
  return oneOf('--compress', text, Object.keys(COMPRESSIONS) as Compression[]);
}

function historyHours(text: string): number {
  if (text === '0') return 0;
  const duration = parseDuration(text);
  if (duration === undefined || duration % HOUR_MS !== 0) {
    throw new AppError('USAGE', '--history is not usable', {
      expected: 'whole hours such as 28d or 48h, or 0',
      got: JSON.stringify(text),
    });
  }
  return duration / HOUR_MS;
}

function endOf(text: string | undefined, now: number): number {
  if (text === undefined) return startOfHour(now);
  const end = /^\d{4}-\d{2}-\d{2}(T\d{2}:00(:00(\.000)?)?Z)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (Number.isNaN(end)) {
    throw new AppError('USAGE', '--end is not usable', {
      expected: 'a whole hour in UTC such as 2026-11-24 or 2026-11-24T06:00Z',
      got: JSON.stringify(text),
    });
  }
  return end;
}

function shareOf(flag: string, text: string): number {
  const share = /^(0|1|0?\.\d+|1\.0+)$/.test(text) ? Number(text) : Number.NaN;
  if (Number.isNaN(share)) {
    throw new AppError('USAGE', `${flag} is not usable`, {
      expected: 'a share from 0 to 1 such as 0.2',
      got: JSON.stringify(text),
    });
  }
  return share;
}
