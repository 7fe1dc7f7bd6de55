import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { allocateCosts, allocationAsJson, formatAllocation, monthWindow, readCosts } from '../../billing/index.js';
import { AppError, checkAllocation, isReservedTenant } from '../../model/index.js';
import { describeCompleteness, usageByDay } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { withEngine } from '../withEngine.js';

interface AllocateFlags extends ConfigFlags {
  readonly costs: string;
  readonly period: string;
  readonly tenant?: string;
  readonly explain?: true;
  readonly json?: true;
}

/** `tenantscope allocate`: the cloud's bill, split over tenants by what they used. */
export function addAllocateVerb(program: Command, context: CliContext): void {
  program
    .command('allocate')
    .description("split the cloud's bill over tenants by metered share")
    .requiredOption('--costs <file>', 'CSV: charge_id,start,end,service,currency,cost and, optional, capacity')
    .requiredOption('--period <yyyy-mm>', 'the month (UTC) its charges lie in')
    .option('--tenant <id>', 'show one tenant, or a reserved one such as _idle; the split is the same')
    .option('--explain', 'who got what of each charge, and why')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file with the policies (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe parts of a charge add up to it, to the last digit; what is nobody’s has a row: _idle, _shared, _unknown.\n\nExamples:\n  tenantscope allocate --lake ./lake --costs costs.csv --period 2026-11\n  tenantscope allocate --lake ./lake --costs costs.csv --period 2026-11 --tenant acme --explain --json',
    )
    .action(async (flags: AllocateFlags) => {
      const window = monthWindow(flags.period);
      const config = await loadConfig(flags, context);
      // Those of a registry outside the file could not be checked with it.
      checkAllocation(config, (path, message) => {
        throw new AppError('CONFIG_INVALID', `allocation.${path.join('.')}: ${message}`);
      });
      const { tenant } = flags;
      if (tenant !== undefined && !isReservedTenant(tenant) && !config.tenants.some(({ id }) => id === tenant)) {
        throw new AppError('PARAMETER_INVALID', 'no such tenant', {
          where: '--tenant',
          expected: 'a registered tenant, or a reserved one such as _idle',
          got: JSON.stringify(tenant),
          hint: 'tenantscope tenant list names them',
        });
      }
      const text = await readFile(flags.costs, 'utf8').catch((error: unknown) => {
        throw new AppError('INPUT_NOT_FOUND', 'cannot read the cost file', {
          where: '--costs',
          got: flags.costs,
          cause: error,
        });
      });
      const charges = readCosts(text, flags.costs, window);
      await withEngine(config, context, async (engine) => {
        const usage = await usageByDay(engine, window);
        const basis = { usage, tenants: config.tenants, prices: config.list_prices };
        const costs = allocateCosts(charges, config.allocation, basis);
        printData(context, flags.json === true ? allocationAsJson(costs, flags) : formatAllocation(costs, flags));
        printNote(context, `completeness of ${flags.period}: ${await describeCompleteness(engine, window)}`);
      });
    });
}
