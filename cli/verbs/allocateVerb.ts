import type { Command } from 'commander';
import {
  allocationAsObject,
  formatAllocation,
  monthWindow,
  type ReadBill,
  type RecordedAllocation,
  reconcileCosts,
  recordAllocation,
} from '../../billing/index.js';
import { describeCompleteness } from '../../queries/index.js';
import { allocateBill, COST_HELP, COSTS_HELP, type CostsFlags, collected, loadBill } from '../allocateBill.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { noteWrites } from '../dryWrites.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { mustBeFolder } from '../mustBeFolder.js';
import { unknownName } from '../oneOf.js';
import { printJson } from '../printJson.js';
import { requireTenant } from '../requireTenant.js';
import { withEngine } from '../withEngine.js';

interface AllocateFlags extends ConfigFlags, CostsFlags {
  readonly tenant?: string;
  readonly service?: string;
  readonly explain?: true;
  readonly reconcile?: true;
  readonly tolerance: string;
  readonly out?: string;
  readonly dryRun?: true;
  readonly json?: true;
}

/** `tenantscope allocate`: the cloud's bill, split over tenants by what they used. */
export function addAllocateVerb(program: Command, context: CliContext): void {
  program
    .command('allocate')
    .description("split the cloud's bill over tenants by metered share")
    .requiredOption('--costs <path>', COSTS_HELP, collected)
    .requiredOption('--period <yyyy-mm>', 'the billing period (month, UTC)')
    .option('--cost <which>', COST_HELP)
    .option('--tenant <id>', 'show one tenant, or a reserved one such as _idle; the split is the same')
    .option('--service <name>', 'show one service; the split is the same')
    .option('--explain', 'who got what of each charge, and why')
    .option('--reconcile', 'hold the bill against what was metered at list price, by service and day')
    .option('--tolerance <percent>', 'of the bill, that a residual may be', '1')
    .option('--out <dir>', 'keep it there; what a later bill, usage or policy changes is kept as corrections beside it')
    .option('--dry-run', 'with --out: say what would be kept there, and write nothing')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file with the policies (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nThe parts of a charge add up to it, to the last digit; what is nobody’s has a row: _idle, _shared, _unknown.\n\nExamples:\n  tenantscope allocate --lake ./lake --costs costs.csv --period 2026-11\n  tenantscope allocate --lake ./lake --costs ./cur/BILLING_PERIOD=2026-11 --cost billed --period 2026-11\n  tenantscope allocate --lake ./lake --costs focus.csv.gz --period 2026-11 --tenant acme --explain --json\n  tenantscope allocate --lake ./lake --costs focus.parquet --cost list --period 2026-11 --reconcile --tolerance 0.5\n  tenantscope allocate --lake ./lake --costs ./cur/BILLING_PERIOD=2026-11 --period 2026-11 --out ./billing --dry-run',
    )
    .action(async (flags: AllocateFlags) => {
      const window = monthWindow(flags.period);
      mustBeFolder(flags.out, 'allocations');
      const config = await loadConfig(flags, context);
      requireTenant(flags.tenant, config);
      const bill = await loadBill(flags, config, context);
      requireService(flags.service, bill);
      await withEngine(config, context, async (engine) => {
        const costs = await allocateBill(engine, config, bill, flags.period);
        const reconciliation = reconcileCosts(costs, costs.usage, config.list_prices, flags.tolerance);
        const view = { ...flags, basis: bill.basis, ...(flags.reconcile === true ? { reconciliation } : {}) };
        if (flags.json === true) printJson(context, allocationAsObject(costs, view), { dryRun: flags.dryRun === true });
        else printData(context, formatAllocation(costs, view));
        if (flags.out !== undefined) {
          const { allocation } = config;
          const dryRun = flags.dryRun === true;
          const kept = await recordAllocation({ outDir: flags.out, period: window, bill, costs, allocation, dryRun });
          if (dryRun) noteWrites(kept.written?.files ?? [], context);
          printNote(context, keptText(kept, costs.currency, dryRun));
        }
        printNote(context, `completeness of ${flags.period}: ${await describeCompleteness(engine, window)}`);
      });
    });
}

function keptText({ folder, version, written }: RecordedAllocation, currency: string, dryRun: boolean): string {
  if (written === null) return `nothing changed: ${folder} stands`;
  const wrote = dryRun ? 'would write' : 'wrote';
  if (version === 1) return `${wrote} ${folder}`;
  return `${wrote} ${folder}: ${written.rows} corrections, together ${written.net} ${currency}`;
}

function requireService(service: string | undefined, { charges }: ReadBill): void {
  const services = [...new Set(charges.map((charge) => charge.service))].sort();
  if (service === undefined || services.includes(service)) return;
  throw unknownName('PARAMETER_INVALID', 'the bill has no such service', {
    where: '--service',
    got: service,
    known: services,
  });
}
