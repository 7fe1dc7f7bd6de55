import type { Command } from 'commander';
import { formatSimulation, simulateRates } from '../../billing/index.js';
import { AppError, formatProblem } from '../../model/index.js';
import { type CliContext, printData } from '../CliContext.js';
import type { ConfigFlags } from '../loadConfig.js';
import { loadRates, readOneRateFile } from '../loadRates.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { withEngine } from '../withEngine.js';

/** `tenantscope bill simulate`: what other rate cards would have billed. */
export function addBillSimulateVerb(bill: Command, context: CliContext): void {
  bill
    .command('simulate')
    .description('rate a month by other rate cards, beside those that hold, tenant by tenant')
    .requiredOption('--rates <file>', 'a file of rate cards; a single version holds for the whole month')
    .requiredOption('--period <yyyy-mm>', 'the month')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file with the rate cards that hold (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nWrites nothing.\n\nExamples:\n  tenantscope bill simulate --rates rates/2027.yaml --period 2026-11 --lake ./lake',
    )
    .action(async (flags: ConfigFlags & { rates: string; period: string; json?: true }) => {
      const { config, cards } = await loadRates(flags, context);
      const { cards: otherCards, problems } = await readOneRateFile(config, flags.rates);
      if (problems.length > 0) {
        throw new AppError('CONFIG_INVALID', `problems in the rate cards\n${problems.map(formatProblem).join('\n')}`, {
          hint: `mend them and run: tenantscope rates vet ${flags.rates}`,
        });
      }
      const progress = progressLine(context);
      const simulation = await withEngine(config, context, (engine) =>
        simulateRates({
          ...{ engine, period: flags.period, tenants: config.tenants, rateCards: cards, otherCards },
          onProgress: (done) =>
            progress.update(`rated ${done} of ${config.tenants.length} tenants`, done / config.tenants.length),
        }).finally(() => progress.end()),
      );
      if (flags.json === true) printJson(context, simulation);
      else printData(context, formatSimulation(simulation));
    });
}
