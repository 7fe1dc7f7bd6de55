import {
  type AllocatedCosts,
  allocateCosts,
  COST_BASES,
  type CostBasis,
  monthWindow,
  type ReadBill,
  readBill,
  usedDuring,
} from '../billing/index.js';
import { AppError, type Config, checkAllocation } from '../model/index.js';
import { type Engine, usageByDay } from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { oneOf } from './oneOf.js';

/** Flags of every verb that splits a bill. */
export interface CostsFlags {
  readonly costs: readonly string[];
  readonly period: string;
  readonly cost?: string;
}

/** Collects a flag that may be given more than once. */
export const collected = (value: string, before: readonly string[] = []): readonly string[] => [...before, value];

/** The text of --costs, for help. */
export const COSTS_HELP =
  'a bill: CUR 2.0 or FOCUS (CSV, gzipped CSV, Parquet), or a small costs.csv; repeat it, or name a folder, for several files';

/** The text of --cost, for help. */
export const COST_HELP = `which of its costs: ${COST_BASES.join(', ')} (default: allocation.cost, else effective)`;

/** Reads the bill that the flags name, before a lake is opened, and says what became of its lines. Throws what `readBill` throws. */
export async function loadBill(flags: CostsFlags, config: Config, context: CliContext): Promise<ReadBill> {
  const period = monthWindow(flags.period);
  // Those of a registry outside the file could not be checked with it.
  checkAllocation(config, (path, message) => {
    throw new AppError('CONFIG_INVALID', `allocation.${path.join('.')}: ${message}`);
  });
  const { services, cost } = config.allocation;
  const bill = await readBill({ paths: flags.costs, period, basis: basisOf(flags.cost) ?? cost, services });
  for (const note of bill.notes) printNote(context, note);
  return bill;
}

function basisOf(flag: string | undefined): CostBasis | undefined {
  return flag === undefined ? undefined : oneOf('--cost', flag, COST_BASES);
}

/** Splits a bill by the ledger's usage in the days of its charges. */
export async function allocateBill(
  engine: Engine,
  config: Config,
  bill: ReadBill,
  period: string,
): Promise<AllocatedCosts & { readonly usage: Awaited<ReturnType<typeof usageByDay>> }> {
  const usage = await usageByDay(engine, usedDuring(bill.charges, monthWindow(period)));
  const basis = { usage, tenants: config.tenants, prices: config.list_prices };
  return { ...allocateCosts(bill.charges, config.allocation, basis), usage };
}
