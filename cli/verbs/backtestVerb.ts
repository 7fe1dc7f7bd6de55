import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { BACKTEST_FILES, type BacktestRow, backtest, formatBacktest, parseBacktestCsv } from '../../alerts/index.js';
import { AppError } from '../../model/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { progressLine } from '../progress.js';

interface BacktestFlags extends ConfigFlags {
  readonly usage: string;
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
    .description('replay usage from a file as if live: what would have been found, opened, paged and closed')
    .requiredOption('--usage <file>', `CSV: ${columns('usage')}`)
    .option('--tenants <file>', `CSV: ${columns('tenants')}`)
    .option('--signals <file>', `CSV: ${columns('signals')}`)
    .option('--labels <file>', `CSV of what should have been found: ${columns('labels')}`)
    .option('--config <file>', 'project file, for list prices (default: ./tenantscope.yaml)')
    .option('--json', 'result as JSON on stdout')
    .addHelpText(
      'after',
      '\nWindows may have any regular length. A missing row is no data, a quantity of 0 is idle. Times are UTC.\n\nExamples:\n  tenantscope backtest --usage usage.csv\n  tenantscope backtest --usage usage.csv --tenants tenants.csv --labels labels.csv --json',
    )
    .action(async (flags: BacktestFlags) => {
      const config = await loadConfig(flags, context);
      const usage = await read('usage', flags.usage);
      const progress = progressLine(context);
      const result = backtest({
        usage,
        usagePath: flags.usage,
        tenants: flags.tenants === undefined ? [] : await read('tenants', flags.tenants),
        signals: flags.signals === undefined ? [] : await read('signals', flags.signals),
        labels: flags.labels === undefined ? undefined : await read('labels', flags.labels),
        prices: config.list_prices,
        onProgress: (done, of) => progress.update(`window ${done} of ${of}`),
      });
      progress.end();
      printData(context, flags.json === true ? JSON.stringify(result, null, 2) : formatBacktest(result));
    });
}

async function read<File extends keyof typeof BACKTEST_FILES>(
  file: File,
  path: string,
): Promise<readonly BacktestRow<File>[]> {
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', 'cannot read an input', {
      where: `--${file}`,
      got: path,
      hint: 'check the path',
      cause: error,
    });
  });
  return parseBacktestCsv(file, text, path);
}
