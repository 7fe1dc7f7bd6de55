import type { Command } from 'commander';
import { cardPeriods, endOf, formatRates, ratesAsObject, resolvePrices } from '../../billing/index.js';
import { AppError, formatProblem, isUtcDay, startOfDay, utcDayOf } from '../../model/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, configFileOf, loadConfig, readConfigFile } from '../loadConfig.js';
import { loadRates, readOneRateFile, readRates } from '../loadRates.js';
import { unknownName } from '../oneOf.js';
import { printJson } from '../printJson.js';

/** `tenantscope rates vet`, `rates show`: what tenants are billed for. */
export function addRatesVerb(program: Command, context: CliContext): void {
  const rates = program.command('rates').description('rate cards: what tenants are billed for');
  addVet(rates, context);
  addShow(rates, context);
}

function addVet(rates: Command, context: CliContext): void {
  rates
    .command('vet')
    .description('check rate cards; every problem at once, as file:line:column')
    .argument('[file]', 'a file of rate cards, instead of those of the project')
    .option('--config <file>', 'project file with tenants, plans and meters (default: ./tenantscope.yaml)')
    .option('--json', 'versions and problems as JSON on stdout')
    .addHelpText(
      'after',
      '\nVersions that overlap or leave a gap, meters nobody counts, prices that cannot be exact, overrides of nobody.\n\nExamples:\n  tenantscope rates vet\n  tenantscope rates vet rates/2027.yaml --json',
    )
    .action(async (file: string | undefined, flags: ConfigFlags & { json?: true }) => {
      const config = await loadConfig(flags, context);
      const project = configFileOf(flags, context);
      const read =
        file === undefined
          ? await readRates(config, { file: project, text: await readConfigFile(project) })
          : await readOneRateFile(config, file);
      const versions = cardPeriods(read.cards).map(({ card, ...period }) => ({
        id: card.id,
        effective_from: card.effective_from ?? null,
        effective_until: endOf({ card, ...period }),
        currency: card.currency,
        prices: card.prices.length,
        plans: Object.keys(card.plans),
        tenants: Object.keys(card.tenants),
      }));
      if (flags.json === true) {
        printJson(context, { files: read.files, rate_cards: versions, problems: read.problems });
      } else {
        for (const problem of read.problems) printData(context, formatProblem(problem));
      }
      if (read.problems.length > 0) {
        throw new AppError('CONFIG_INVALID', `${read.problems.length} problem(s) in ${read.files.join(', ')}`, {
          hint: 'docs/billing.md lists every key and its values',
        });
      }
      for (const { id, effective_from, currency, prices } of versions) {
        printNote(
          context,
          `${id}: ${effective_from === null ? 'at all times' : `from ${effective_from}`}, ${prices} prices in ${currency}`,
        );
      }
      printNote(context, `${read.files.join(', ')}: no problem`);
    });
}

function addShow(rates: Command, context: CliContext): void {
  rates
    .command('show')
    .description('what one tenant pays: the prices of the card, its plan and its own')
    .requiredOption('--tenant <id>', 'the tenant')
    .option('--at <yyyy-mm-dd>', 'the UTC day (default: today)')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope rates show --tenant acme\n  tenantscope rates show --tenant acme --at 2026-10-01 --json',
    )
    .action(async (flags: ConfigFlags & { tenant: string; at?: string; json?: true }) => {
      const { config, cards } = await loadRates(flags, context);
      const at = flags.at ?? utcDayOf(context.clock());
      if (!isUtcDay(at)) {
        throw new AppError('PARAMETER_INVALID', 'not a day', {
          where: '--at',
          expected: 'YYYY-MM-DD',
          got: JSON.stringify(at),
        });
      }
      const tenant = config.tenants.find(({ id }) => id === flags.tenant);
      if (tenant === undefined) {
        throw unknownName('PARAMETER_INVALID', 'no such tenant', {
          where: '--tenant',
          expected: 'a registered tenant',
          got: flags.tenant,
          known: config.tenants.map(({ id }) => id),
          hint: 'tenantscope tenant list names them',
        });
      }
      const instant = startOfDay(at);
      const held = cardPeriods(cards).find(({ start, end }) => start <= instant && instant < end);
      if (held === undefined) {
        throw new AppError('PARAMETER_INVALID', 'no rate card holds on that day', {
          where: '--at',
          expected: 'a day a version holds on',
          got: at,
        });
      }
      const resolved = resolvePrices(held.card, tenant);
      if (flags.json === true) printJson(context, ratesAsObject(held, tenant.id, resolved));
      else printData(context, formatRates(held, tenant.id, resolved));
    });
}
