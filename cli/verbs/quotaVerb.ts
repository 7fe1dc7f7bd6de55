import type { Command } from 'commander';
import { AppError, type Config, utcDayOf } from '../../model/index.js';
import { quotaOf } from '../../planner/index.js';
import { findReport, runReport, usageByHour } from '../../queries/index.js';
import { hasLeft } from '../../tenants/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { addEngineFlags, type EngineFlags, engineOpener } from '../engineFlags.js';
import { formatQuota, type QuotaAnswer } from '../formatQuota.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { measuredTraffic } from '../measuredTraffic.js';
import { printJson } from '../printJson.js';
import { readDeployment } from '../readDeployment.js';
import { wholeNumber } from '../wholeNumber.js';
import { resolveWindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';

interface QuotaFlags extends ConfigFlags, EngineFlags {
  readonly deployment?: string;
  readonly last: string;
  readonly failOn?: string;
  readonly json?: true;
}

/** `tenantscope quota`: the shared limits of the architecture, who uses them, and what breaks first as tenants grow. */
export function addQuotaVerb(program: Command, context: CliContext): void {
  const quota = program
    .command('quota')
    .description('shared limits of AWS and of metered services: used by whom, and what breaks first as tenants grow')
    .option('--lake <dir>', 'the lake whose ledger says what was used; without a ledger nothing is measured')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--deployment <file>', 'quotas of cells (default: ./deployment.yaml when it exists)')
    .option('--last <duration>', 'measured in this long, up to where the data is complete', '7d')
    .option('--fail-on <percent>', 'end with 1 when so much of a limit, or more, is used')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nColumns: used now, with ten and a hundred times as many such tenants, and how many times as many fit. Nothing is asked of\nAWS: quotas are its defaults, those of deployment.yaml and those of tenantscope.yaml. docs/quotas.md.\n\nExamples:\n  tenantscope quota\n  tenantscope quota --lake ./lake --last 30d --json\n  tenantscope quota --fail-on 80',
    );
  addEngineFlags(quota);
  quota.action(async (flags: QuotaFlags) => {
    const failOn = flags.failOn === undefined ? undefined : wholeNumber('--fail-on', flags.failOn, 1, 1000);
    const config = await loadConfig(flags, context);
    const answer = await answerOf(config, flags, context);
    if (flags.json === true) printJson(context, answer);
    else printData(context, formatQuota(answer));
    if (failOn !== undefined) failAbove(answer, failOn);
  });
}

async function answerOf(config: Config, flags: QuotaFlags, context: CliContext): Promise<QuotaAnswer> {
  const deployment = await readDeployment(context, flags.deployment);
  const partitionQuotas = new Map(deployment.cells.map(({ id, partitionQuota }) => [id, partitionQuota]));
  const { window, traffic, metered } = await measure(config, flags, context);
  const today = utcDayOf(context.clock());
  const tenants = config.tenants
    .filter((tenant) => !hasLeft(tenant, today))
    .map(({ id, cell, moving_from, resources }) => {
      const own = traffic.tenants.get(id);
      return { id, cell, moving_from, resources, ...(own === undefined ? {} : { traffic: own }) };
    });
  const { limits, unknown, cells } = quotaOf({
    tenants,
    partitionQuotas,
    querying: deployment.querying,
    bufferSeconds: deployment.bufferSeconds,
    ...(traffic.all === undefined ? {} : { traffic: traffic.all }),
  });
  return {
    tenants: tenants.length,
    cells,
    measured:
      window === undefined
        ? null
        : { start: new Date(window.start).toISOString(), end: new Date(window.end).toISOString() },
    limits,
    unknown,
    metered,
  };
}

/** What the ledger says; nothing where no lake was named and there is none. */
async function measure(config: Config, flags: QuotaFlags, context: CliContext) {
  try {
    return await withEngine(
      config,
      context,
      async (engine) => {
        const window = await resolveWindowFlags(engine, { last: flags.last }, flags.last);
        const { columns, rows } = await runReport(engine, findReport('quota-usage', undefined), { window });
        return {
          window,
          traffic: measuredTraffic(await usageByHour(engine, window)),
          metered: rows.map((row) => Object.fromEntries(columns.map(({ name }, at) => [name, row[at]]))),
        };
      },
      engineOpener(flags),
    );
  } catch (error) {
    const nothing = error instanceof AppError && ['LAKE_NOT_FOUND', 'LAKE_EMPTY'].includes(error.code);
    if (flags.lake !== undefined || !nothing) throw error;
    return { window: undefined, traffic: measuredTraffic([]), metered: [] };
  }
}

function failAbove({ limits, metered }: QuotaAnswer, percent: number): void {
  const above = [
    ...limits.filter(({ share }) => share * 100 >= percent).map(({ name }) => name),
    ...metered.filter(({ total_share }) => Number(total_share) * 100 >= percent).map(({ quota }) => String(quota)),
  ];
  if (above.length === 0) return;
  throw new AppError('CHECK_FAILED', `${percent} % or more is used of ${[...new Set(above)].join(', ')}`, {
    hint: 'docs/quotas.md says what helps',
  });
}
