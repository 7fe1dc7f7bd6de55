import type { Command } from 'commander';
import { formatMargin, marginAsObject, monthMargin, monthWindow } from '../../billing/index.js';
import { describeCompleteness, watermark } from '../../queries/index.js';
import { allocateBill, COST_HELP, COSTS_HELP, type CostsFlags, collected, loadBill } from '../allocateBill.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import type { ConfigFlags } from '../loadConfig.js';
import { loadRates } from '../loadRates.js';
import { printJson } from '../printJson.js';
import { requireTenant } from '../requireTenant.js';
import { withEngine } from '../withEngine.js';

interface MarginFlags extends ConfigFlags, CostsFlags {
  readonly tenant?: string;
  readonly services?: true;
  readonly json?: true;
}

/** `tenantscope margin`: what each tenant is billed less what it cost. */
export function addMarginVerb(program: Command, context: CliContext): void {
  program
    .command('margin')
    .description('what each tenant is billed, less what it cost')
    .requiredOption('--costs <path>', COSTS_HELP, collected)
    .requiredOption('--period <yyyy-mm>', 'the month (UTC)')
    .option('--cost <which>', COST_HELP)
    .option('--tenant <id>', 'show one tenant, or a reserved one such as _idle; the figures are the same')
    .option('--services', 'each service beneath its tenant')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file with rate cards and policies (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nBilled is what bill export rates, allocated what allocate gives; both must be in one currency.\n\nExamples:\n  tenantscope margin --lake ./lake --costs focus.parquet --period 2026-11\n  tenantscope margin --lake ./lake --costs costs.csv --period 2026-11 --tenant acme --services --json',
    )
    .action(async (flags: MarginFlags) => {
      const window = monthWindow(flags.period);
      const { config, cards } = await loadRates(flags, context);
      requireTenant(flags.tenant, config);
      const bill = await loadBill(flags, config, context);
      await withEngine(config, context, async (engine) => {
        const { dataThrough } = await watermark(engine);
        const over = dataThrough !== null && dataThrough >= window.end;
        const { period } = flags;
        const costs = await allocateBill(engine, config, bill, period);
        // Of usage a split may need earlier days, too: those a late credit is for.
        const { usage } = costs;
        const margin = await monthMargin({ usage, rateCards: cards, period, tenants: config.tenants, over, costs });
        if (flags.json === true) printJson(context, marginAsObject(margin, flags));
        else printData(context, formatMargin(margin, flags));
        if (!over) printNote(context, `${period} is not over: minimum commitments are not billed yet`);
        printNote(context, `completeness of ${period}: ${await describeCompleteness(engine, window)}`);
      });
    });
}
