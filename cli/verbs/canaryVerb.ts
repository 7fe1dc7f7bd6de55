import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { type CanaryReport, runCanary } from '../runCanary.js';
import { streamTargetFor, WAITING } from '../streamTargetFor.js';
import { wholeNumber } from '../wholeNumber.js';

interface CanaryFlags extends ConfigFlags {
  readonly stream?: string;
  readonly lines: number;
  readonly timeout: number;
  readonly json?: true;
}

/** `tenantscope canary`: is what is written also there, once, and how soon. */
export function addCanaryVerb(program: Command, context: CliContext): void {
  program
    .command('canary')
    .description(
      'write numbered lines as tenant _canary, and measure loss, duplication and lag until they can be queried',
    )
    .option('--lake <dir>', 'the lake the lines are asked from')
    .option('--stream <name>', "write to the platform's Kinesis stream; without it the local delivery takes the lines")
    .option('--lines <n>', 'how many lines', (text) => wholeNumber('--lines', text, 1, 1_000_000), 100)
    .option(
      '--timeout <seconds>',
      'after this a line is lost',
      (text) => wholeNumber('--timeout', text, 1, 86_400),
      900,
    )
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'the measurement as JSON on stdout')
    .addHelpText(
      'after',
      '\nEnds with 1 when a line was lost. The canary is billed to nobody.\n\nExamples:\n  tenantscope canary --lake ./lake\n  tenantscope canary --lake ./lake --stream tenantscope-platform --lines 1000 --json',
    )
    .action(async (flags: CanaryFlags) => {
      const config = await loadConfig(flags, context);
      if (flags.stream !== undefined && flags.stream !== config.identity.platform_stream) {
        throw new AppError('USAGE', 'the canary is believed on the platform stream only', {
          expected: config.identity.platform_stream,
          got: flags.stream,
        });
      }
      const progress = progressLine(context);
      const report = await runCanary(
        {
          config,
          lines: flags.lines,
          timeoutMs: flags.timeout * 1000,
          pollMs: 1000,
          ...(flags.stream === undefined ? {} : { target: await streamTargetFor(flags.stream) }),
          ...WAITING,
          onProgress: (queryable) => progress.update(`${queryable} of ${flags.lines} lines can be queried`),
        },
        context,
      );
      progress.end();
      if (flags.json === true) printJson(context, report);
      printNote(context, formatCanary(report));
      if (report.lost.length > 0 || report.refused > 0) {
        throw new AppError('CHECK_FAILED', 'not every canary line arrived', {
          expected: `${flags.lines} lines`,
          got: `${report.queryable}; lost: ${report.lost.slice(0, 20).join(', ') || 'none'}; refused by the stream: ${report.refused}`,
        });
      }
    });
}

function formatCanary({ run, written, queryable, duplicates, lag_ms }: CanaryReport): string {
  const lag =
    lag_ms === null
      ? 'no lag to measure'
      : `write to queryable: median ${lag_ms.median} ms, p99 ${lag_ms.p99} ms, longest ${lag_ms.max} ms`;
  return `${run}: ${written} written, ${queryable} queryable, ${duplicates} duplicate rows; ${lag}`;
}
