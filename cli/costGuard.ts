import type { Command } from 'commander';
import { AppError, type Config } from '../model/index.js';
import { type Engine, exceededLimit, type Report, type ScanEstimate, type ScanLimits } from '../queries/index.js';
import { askYes, canAsk } from './askYes.js';
import { byteText, readByteSize } from './byteSize.js';
import { type CliContext, printNote } from './CliContext.js';

/** The flags that bound what a report may read and cost. */
export interface CostFlags {
  readonly maxBytes?: string;
  readonly maxCost?: string;
  readonly yes?: true;
  /** False with --no-input. */
  readonly input?: boolean;
}

/** Adds --max-bytes, --max-cost, --yes and --no-input to a command. */
export function addCostFlags(command: Command): void {
  command
    .option('--max-bytes <size>', 'refuse a report that can read more: 500MB, 10GB')
    .option('--max-cost <usd>', 'refuse a report that can cost more, at the list price of what it reads: 0.50')
    .option('--yes', 'run it all the same')
    .option('--no-input', 'never ask');
}

/**
 * The limits that hold for a report: the flags', else the report's own and the project file's. A limit on dollars that
 * nobody gave by flag holds only where reading costs. Throws USAGE.
 */
export function scanLimits(flags: CostFlags, report: Report, engine: Engine, config: Config): ScanLimits {
  const bytes =
    flags.maxBytes !== undefined
      ? { bytes: readByteSize('--max-bytes', flags.maxBytes), from: '--max-bytes' }
      : report.max_bytes !== undefined
        ? { bytes: report.max_bytes, from: `max_bytes of ${report.name}` }
        : config.reports.max_bytes === undefined
          ? undefined
          : { bytes: config.reports.max_bytes, from: 'reports.max_bytes' };
  const cost =
    flags.maxCost !== undefined
      ? { usd: readDollars(flags.maxCost), from: '--max-cost' }
      : engine.usdPerTb === undefined
        ? undefined
        : { usd: config.reports.max_cost_usd, from: 'reports.max_cost_usd' };
  return {
    ...(bytes === undefined ? {} : { maxBytes: bytes }),
    ...(cost === undefined ? {} : { maxCostUsd: cost }),
  };
}

/**
 * Lets a report run only when it keeps within its limits, or somebody said yes: by --yes, or when asked. `estimate` is asked
 * for only where there is a limit. Throws PERMISSION_DENIED with the estimate and the flag that would allow it.
 */
export async function guardCost(
  limits: ScanLimits,
  estimate: () => Promise<ScanEstimate | undefined>,
  flags: CostFlags,
  context: CliContext,
): Promise<void> {
  if (limits.maxBytes === undefined && limits.maxCostUsd === undefined) return;
  const found = await estimate();
  if (found === undefined) {
    if (flags.maxBytes === undefined && flags.maxCost === undefined) return;
    throw new AppError('USAGE', 'this engine cannot say what a report would read', {
      expected: 'no --max-bytes and no --max-cost',
      hint: "bound it by the engine's own limit on scanned bytes",
    });
  }
  const exceeded = exceededLimit(found, limits);
  if (exceeded === undefined) return;
  const text = estimateText(found);
  if (flags.yes === true) {
    printNote(context, `note: ${text} is above the limit of ${exceeded.limit}; run because of --yes`);
    return;
  }
  const ask = canAsk(context, flags);
  if (ask && (await askYes(context, `${text} is above the limit of ${exceeded.limit}. Run it?`))) return;
  throw new AppError('PERMISSION_DENIED', 'the report could read or cost more than its limit', {
    expected: `at most ${exceeded.limit}`,
    got: text,
    hint: `allow it with ${exceeded.flag} or --yes, or ask for a shorter window or fewer tenants`,
  });
}

/** An estimate in words: `an estimate of 12.1 KB to 3.4 MB (0.00005 USD)`. */
function estimateText({ lowBytes, highBytes, lowUsd, highUsd }: ScanEstimate): string {
  const span = (low: string, high: string): string => (low === high ? low : `${low} to ${high}`);
  return `an estimate of ${span(byteText(lowBytes), byteText(highBytes))} (${span(lowUsd, highUsd)} USD)`;
}

function readDollars(text: string): string {
  if (/^\d{1,9}(?:\.\d{1,12})?$/.test(text)) return text;
  throw new AppError('USAGE', '--max-cost is not usable', {
    expected: 'dollars such as 0.50',
    got: JSON.stringify(text.slice(0, 80)),
  });
}
