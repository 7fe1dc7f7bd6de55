import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import type { Command } from 'commander';
import {
  dryDelivery,
  type FileSource,
  findInputs,
  type ImportFile,
  type ImportSink,
  type ImportSummary,
  importMetrics,
  lakeSink,
  type MetricImportSummary,
  minutesOf,
  runImport,
  SETTLE_MS,
  s3Objects,
  streamImportSink,
} from '../../ingest/index.js';
import { AppError, type Config, HOUR_MS, LAKE, registryOf } from '../../model/index.js';
import { resolveWindow } from '../../queries/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig, noteEmptyRegistry } from '../loadConfig.js';
import { noteImport } from '../noteImport.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { streamTargetFor, takesAll, WAITING } from '../streamTargetFor.js';
import { VerbCommand } from '../VerbCommand.js';
import { wholeNumber } from '../wholeNumber.js';

interface TargetFlags extends ConfigFlags {
  readonly stream?: string;
  readonly json?: true;
}
interface FileFlags extends TargetFlags {
  readonly input: readonly string[];
  readonly interval?: number;
  readonly dryRun?: true;
  readonly zone?: number;
  readonly crossCheck?: true;
}
interface MetricFlags extends TargetFlags {
  readonly since?: string;
  readonly until?: string;
  readonly position?: string;
}

const SOURCES: Readonly<Record<string, { readonly source: FileSource; readonly what: string; readonly rule: string }>> =
  {
    alb: { source: 'alb', what: 'ALB access logs', rule: 'host, path, load balancer' },
    cloudfront: { source: 'cloudfront', what: 'CloudFront standard logs v2 (JSON, W3C, Parquet)', rule: 'host, path' },
    's3-access': { source: 's3_access', what: 'S3 server access logs', rule: 'bucket and key prefix' },
    cloudtrail: { source: 'cloudtrail', what: 'CloudTrail files (Cognito sign-ins are metered)', rule: 'user pool' },
    'cloudwatch-logs': {
      source: 'cloudwatch_logs',
      what: 'subscription envelopes (Lambda reports, Container Insights)',
      rule: 'function, log group, namespace',
    },
    logs: {
      source: 'logs',
      what: 'log files of your own software (nginx, JSON, logfmt and others, told line by line)',
      rule: 'host, path, table, or the tenant a line names',
    },
    kubelet: { source: 'kubelet', what: 'Summary API answers or cAdvisor metrics', rule: 'namespace' },
  };

/** `tenantscope import SOURCE`: other sources' lines into the lake or the platform's stream. */
export function addImportVerb(program: Command, context: CliContext): void {
  const parent = program
    .command('import')
    .description('bring other sources into the lake or the platform stream; tenants are found by tenants[].resources');
  if (parent instanceof VerbCommand)
    parent.hintAfterError(
      `expected one of ${[...Object.keys(SOURCES), 'cloudwatch-metrics'].join(', ')}; nginx, JSON and other log files: tenantscope import logs --input FILES`,
    );
  for (const [name, { source, what, rule }] of Object.entries(SOURCES)) {
    const command = targetFlags(parent.command(name))
      .description(`${what}; tenant by ${rule}`)
      .requiredOption('--input <path...>', 'files, folders, or s3://bucket/prefix')
      .option('--dry-run', 'read all of it and say what would be delivered; write and send nothing')
      .addHelpText(
        'after',
        `\nThe same content counts once, however often it is imported.\n\nExamples:\n  tenantscope import ${name} --input ./logs/ --lake ./lake --dry-run\n  tenantscope import ${name} --input ./logs/ --lake ./lake\n  tenantscope import ${name} --input s3://logs/2026/11/ --stream tenantscope-platform`,
      );
    if (source === 'logs')
      command.option('--zone <offset>', 'of times that name none: UTC, or an offset such as +02:00', zoneOf);
    if (source === 's3_access') command.option('--cross-check', 'keep the logs where S3 is counted from lines');
    if (source === 'kubelet') command.option('--interval <seconds>', 'seconds between two samples', seconds, 60);
    command.action((flags: FileFlags) => importFiles(source, flags, context));
  }
  targetFlags(parent.command('cloudwatch-metrics'))
    .description('DynamoDB, Lambda, ALB and S3 metrics; goes on where the last import ended')
    .option('--since <time>', 'where to begin when nothing was imported yet, UTC (default: 24 hours ago)')
    .option('--until <time>', 'end, not included, UTC (default: what no longer changes)')
    .option('--position <file>', 'file that keeps how far the import is (default: in the lake)')
    .addHelpText(
      'after',
      '\nExamples:\n  tenantscope import cloudwatch-metrics --lake ./lake --since 2026-11-20\n  tenantscope import cloudwatch-metrics --stream tenantscope-platform --position ./cloudwatch.json',
    )
    .action((flags: MetricFlags) => importCloudWatch(flags, context));
}

function targetFlags(command: Command): Command {
  return command
    .option('--lake <dir>', 'the lake to deliver into (created when absent)')
    .option('--stream <name>', "the platform's Kinesis stream, instead of a lake")
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'summary as JSON on stdout');
}

function seconds(text: string): number {
  return wholeNumber('--interval', text, 1, 3600);
}

function zoneOf(text: string): number {
  const minutes = minutesOf(text);
  if (minutes !== undefined) return minutes;
  throw new AppError('USAGE', 'the value of a flag is wrong', {
    where: '--zone',
    expected: 'UTC, or hours and minutes east of it such as +02:00',
    got: text,
  });
}

async function importFiles(source: FileSource, flags: FileFlags, context: CliContext): Promise<void> {
  const config = await configFor(flags, context);
  checkSource(source, flags, config);
  noteOtherSource(source, config, context);
  const progress = progressLine(context);
  const folder = await mkdtemp(join(tmpdir(), 'tenantscope-import-'));
  const dryRun = flags.dryRun === true;
  try {
    const importInto = async (lake: string): Promise<ImportSummary> =>
      runImport({
        source,
        files: filesOf(flags.input, folder),
        sink: await sinkFor(flags, { ...config, lake }, context, dryRun),
        intervalSeconds: flags.interval ?? 60,
        ...(flags.zone === undefined ? {} : { zoneMinutes: flags.zone }),
        // With a stream, whoever reads it knows the tenants.
        ...(flags.stream === undefined ? { registry: registryOf(config) } : {}),
        signal: context.signal,
        onProgress: (files, lines) => progress.update(`${files} files, ${lines} lines`),
      });
    const toLake = flags.stream === undefined;
    const summary = await (dryRun && toLake ? dryDelivery(config.lake, importInto) : importInto(config.lake));
    progress.end();
    if (flags.json === true) printJson(context, summary, { dryRun });
    noteImport(summary, context, dryRun);
    if (summary.failed.length > 0) {
      throw new AppError('INPUT_INVALID', `${summary.failed.length} of ${summary.files} files could not be read`, {
        got: summary.failed
          .map(({ file }) => file)
          .slice(0, 5)
          .join(', '),
        hint: dryRun
          ? 'the others would be imported; mend or leave out these'
          : 'the others are imported; mend or leave out these, and run it again',
      });
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function importCloudWatch(flags: MetricFlags, context: CliContext): Promise<void> {
  const config = await configFor(flags, context);
  if (flags.stream !== undefined && flags.position === undefined) {
    throw new AppError('USAGE', 'a stream keeps no position', {
      expected: '--position FILE beside --stream',
      got: 'no --position',
    });
  }
  const settled = Math.floor((context.clock() - SETTLE_MS) / HOUR_MS) * HOUR_MS;
  const window = resolveWindow(
    {
      ...(flags.since === undefined ? { last: '24h' } : { since: flags.since }),
      ...(flags.until === undefined ? {} : { until: flags.until }),
    },
    settled,
  );
  const { CloudWatchClient } = await import('@aws-sdk/client-cloudwatch');
  const progress = progressLine(context);
  const summary = await importMetrics({
    client: new CloudWatchClient({ maxAttempts: 1 }),
    ...WAITING,
    sink: () => sinkFor(flags, config, context),
    position: flags.position ?? join(config.lake, LAKE.positions, 'cloudwatch-metrics.json'),
    since: window.start,
    until: window.end,
    signal: context.signal,
    onProgress: (through, values) => progress.update(`${values} values, through ${new Date(through).toISOString()}`),
  });
  progress.end();
  if (flags.json === true) printJson(context, summary);
  noteMetrics(summary, context);
}

async function configFor(flags: TargetFlags, context: CliContext): Promise<Config> {
  const config = await loadConfig(flags, context);
  if (flags.stream !== undefined && flags.lake !== undefined) {
    throw new AppError('USAGE', '--stream and --lake together', { expected: 'one of them', got: 'both' });
  }
  if (flags.stream !== undefined && flags.stream !== config.identity.platform_stream) {
    throw new AppError('USAGE', 'imported lines are believed on the platform stream only', {
      expected: config.identity.platform_stream,
      got: flags.stream,
      hint: 'name that stream, or change identity.platform_stream in tenantscope.yaml',
    });
  }
  if (flags.stream === undefined) noteEmptyRegistry(config, context);
  return config;
}

async function sinkFor(flags: TargetFlags, config: Config, context: CliContext, dryRun = false): Promise<ImportSink> {
  if (flags.stream !== undefined) {
    const target = await streamTargetFor(flags.stream);
    return streamImportSink(dryRun ? takesAll(target) : target, { ...WAITING, signal: context.signal });
  }
  return lakeSink({
    lake: config.lake,
    registry: registryOf(config),
    trust: config.identity.trust,
    platformStream: config.identity.platform_stream,
    stream: config.identity.platform_stream,
    clock: context.clock,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    signal: context.signal,
  });
}

async function* filesOf(inputs: readonly string[], folder: string): AsyncGenerator<ImportFile> {
  const local = inputs.filter((input) => !input.startsWith('s3://'));
  for (const { path } of await findInputs(local)) yield { path, name: basename(path) };
  const remote = inputs.filter((input) => input.startsWith('s3://'));
  if (remote.length === 0) return;
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  for (const url of remote) yield* s3Objects(client, url, folder);
}

/** What is imported without being counted cannot be counted later: the same content comes in once. */
function checkSource(source: FileSource, flags: FileFlags, config: Config): void {
  if (source !== 's3_access' || config.meter_sources.S3 === 'access_logs' || flags.crossCheck === true) return;
  throw new AppError('USAGE', 'S3 is counted from lines, so that these logs would count nothing', {
    where: 'meter_sources.S3',
    expected: 'meter_sources: { S3: access_logs } in tenantscope.yaml, where no line of your own meters S3',
    got: config.meter_sources.S3,
    hint: 'or --cross-check, to keep them uncounted beside what the lines say',
  });
}

function noteOtherSource(source: FileSource, config: Config, context: CliContext): void {
  const { S3, EKS } = config.meter_sources;
  if (source === 's3_access' && S3 !== 'access_logs')
    printNote(context, 'note: S3 is counted from lines (meter_sources.S3); these logs are kept and not counted');
  if (source === 'kubelet' && EKS !== 'kubelet')
    printNote(
      context,
      'note: EKS is counted from Container Insights (meter_sources.EKS); these samples are not counted',
    );
}

function noteMetrics(summary: MetricImportSummary, context: CliContext): void {
  const { series, values, from, through } = summary;
  printNote(context, `${values} values of ${series} series, from ${from} to ${through}`);
}
