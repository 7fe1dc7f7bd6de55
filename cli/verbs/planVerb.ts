import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import type * as z from 'zod';
import { AppError, type Config, configInvalid, parseYaml, type UtcDay, utcDayOf } from '../../model/index.js';
import {
  type Assumptions,
  type AwsPrices,
  assumptionsSchema,
  awsPricesSchema,
  DEFAULT_PARTITION_QUOTA,
  DEFAULT_WORKLOAD,
  formatPlan,
  planCells,
  planOf,
  type Workload,
} from '../../planner/index.js';
import { hasLeft } from '../../tenants/index.js';
import { type CliContext, printData } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { wholeNumber } from '../wholeNumber.js';

interface PlanFlags extends ConfigFlags {
  readonly tenants?: string;
  readonly cells?: string;
  readonly linesPerSecond: string;
  readonly lineBytes: string;
  readonly pods: string;
  readonly aggregate: boolean;
  readonly retentionDays: string;
  readonly scannedGb: string;
  readonly partitionQuota: string;
  readonly bufferSeconds: string;
  readonly prices?: string;
  readonly assume?: string;
  readonly json?: true;
}

/** `tenantscope plan`: what a deployment creates, which limits it comes near, and what it costs a month. */
export function addPlanVerb(program: Command, context: CliContext): void {
  program
    .command('plan')
    .description('what a deployment on AWS creates, which limits it comes near, what it costs a month')
    .option('--tenants <n>', 'tenants (default: those registered in the project file)')
    .option('--cells <n>', 'cells (default: as few as hold them)')
    .option('--lines-per-second <n>', 'of an average tenant', String(DEFAULT_WORKLOAD.linesPerSecond))
    .option('--line-bytes <n>', 'of an average line', String(DEFAULT_WORKLOAD.lineBytes))
    .option('--pods <n>', 'of an average tenant', String(DEFAULT_WORKLOAD.pods))
    .option('--no-aggregate', 'each line a record of its own')
    .option('--retention-days <n>', 'days lines are kept', String(DEFAULT_WORKLOAD.retentionDays))
    .option('--scanned-gb <n>', 'GB that queries read a month', String(DEFAULT_WORKLOAD.scannedGb))
    .option('--partition-quota <n>', 'active partitions Firehose allows a stream', String(DEFAULT_PARTITION_QUOTA))
    .option('--buffer-seconds <n>', 'after which an object is written', String(DEFAULT_WORKLOAD.bufferSeconds))
    .option('--prices <file>', 'YAML of AWS prices that differ from the list')
    .option('--assume <file>', 'YAML of what is assumed of the jobs, where you know better')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'as JSON on stdout')
    .addHelpText(
      'after',
      '\nAn estimate: averages, list prices, no support or taxes. Nothing is asked of AWS.\n\nExamples:\n  tenantscope plan --tenants 300\n  tenantscope plan --tenants 10000 --lines-per-second 20 --no-aggregate\n  tenantscope plan --tenants 195 --cells 1 --prices eu-central-1.yaml --assume measured.yaml --json',
    )
    .action(async (flags: PlanFlags) => {
      const config = await loadConfig(flags, context, { remoteRegistry: flags.tenants === undefined });
      const workload = workloadOf(flags, config, utcDayOf(context.clock()));
      const cells = planCells(
        workload.tenants,
        workload.partitionQuota,
        flags.cells === undefined ? undefined : wholeNumber('--cells', flags.cells, 1, 10_000),
      );
      const plan = planOf(workload, cells, await pricesOf(flags.prices), await assumptionsOf(flags, config));
      if (flags.json === true) printJson(context, plan);
      else printData(context, formatPlan(plan));
    });
}

function workloadOf(flags: PlanFlags, config: Config, today: UtcDay): Workload {
  const tenants =
    flags.tenants === undefined
      ? config.tenants.filter((tenant) => !hasLeft(tenant, today)).length
      : wholeNumber('--tenants', flags.tenants, 1, 1_000_000);
  if (tenants === 0) {
    throw new AppError('USAGE', 'no tenants to plan for', {
      expected: '--tenants N, or tenants in the project file',
      got: 'none of either',
    });
  }
  return {
    tenants,
    linesPerSecond: rate(flags.linesPerSecond),
    lineBytes: wholeNumber('--line-bytes', flags.lineBytes, 1, 1_000_000),
    pods: wholeNumber('--pods', flags.pods, 1, 10_000),
    aggregated: flags.aggregate,
    retentionDays: wholeNumber('--retention-days', flags.retentionDays, 1, 36_500),
    scannedGb: wholeNumber('--scanned-gb', flags.scannedGb, 0, 100_000_000),
    partitionQuota: wholeNumber('--partition-quota', flags.partitionQuota, 20, 5000),
    bufferSeconds: wholeNumber('--buffer-seconds', flags.bufferSeconds, 60, 900),
    streamHours: DEFAULT_WORKLOAD.streamHours,
  };
}

function rate(text: string): number {
  const value = /^\d{1,7}(?:\.\d{1,6})?$/.test(text) ? Number(text) : 0;
  if (value > 0) return value;
  throw new AppError('USAGE', '--lines-per-second is not usable', {
    expected: 'a number above 0, at most six decimals',
    got: JSON.stringify(text),
  });
}

const pricesOf = (file: string | undefined): Promise<AwsPrices> => readYaml(awsPricesSchema, file, 'prices');

/** What is assumed: how often the jobs run, and how many tenants metrics name, as the project says, unless the file does. */
function assumptionsOf(flags: PlanFlags, { alerts, telemetry }: Config): Promise<Assumptions> {
  const every = assumptionsSchema.shape.every_minutes.removeDefault().default(alerts.every_minutes);
  const named = assumptionsSchema.shape.named_tenants.removeDefault().default(telemetry.named_tenants);
  return readYaml(
    assumptionsSchema.extend({ every_minutes: every, named_tenants: named }),
    flags.assume,
    'assumptions',
  );
}

/** A file's values, or the defaults without one. Throws INPUT_NOT_FOUND, CONFIG_INVALID. */
async function readYaml<T extends z.ZodType>(schema: T, file: string | undefined, of: string): Promise<z.output<T>> {
  if (file === undefined) return schema.parse({});
  const text = await readFile(file, 'utf8').catch((error: unknown) => {
    throw new AppError('INPUT_NOT_FOUND', `the file of ${of} cannot be read`, { got: file, cause: error });
  });
  const parsed = parseYaml(schema, text, file);
  if (parsed.ok) return parsed.value;
  throw configInvalid(file, parsed.problems, 'tenantscope plan again; its keys are those of docs/deploy-aws.md');
}
