import type { Command } from 'commander';
import { AppError, type Config, registryOf, type TenantId } from '../model/index.js';
import {
  type AthenaEngine,
  type AthenaLakeOptions,
  type AthenaLedger,
  type AthenaParts,
  type AthenaStatistics,
  athenaTables,
  loadAthena,
  loadAthenaLedger,
} from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { wholeNumber } from './wholeNumber.js';

/** The flags that say where Athena answers, and how long it may take. */
export interface AthenaFlags {
  readonly athenaDatabase?: string;
  readonly athenaWorkgroup?: string;
  readonly athenaOutput?: string;
  readonly athenaRegion?: string;
  readonly athenaReuse?: string;
  readonly athenaDeadline?: string;
  /** No note of what it cost. */
  readonly quiet?: true;
}

/** Athena's limit on the age of a result that is used again: a week. */
const LONGEST_REUSE_MINUTES = 10_080;
const LONGEST_DEADLINE_MINUTES = 240;

/** Adds the flags of `--engine athena` to a command. */
export function addAthenaFlags(command: Command): void {
  command
    .option('--athena-database <name>', 'with --engine athena: the Glue database of the lake')
    .option('--athena-workgroup <name>', 'with --engine athena (default: primary)')
    .option('--athena-output <s3-uri>', 'where results go, when the workgroup does not say: s3://bucket/prefix/')
    .option('--athena-region <region>', "with --engine athena (default: the AWS profile's)")
    .option('--athena-reuse <minutes>', 'take a result no older than this, free of charge (default: ask anew)')
    .option('--athena-deadline <minutes>', 'stop a statement that takes longer (default: 30)');
}

/** The value of any flag of Athena that was given. */
export function athenaFlagGiven(flags: AthenaFlags): string | undefined {
  const { athenaDatabase, athenaWorkgroup, athenaOutput, athenaRegion, athenaReuse, athenaDeadline } = flags;
  return [athenaDatabase, athenaWorkgroup, athenaOutput, athenaRegion, athenaReuse, athenaDeadline].find(
    (value) => value !== undefined,
  );
}

/**
 * How to open Athena as flags and configuration say; closing it prints what it cost to stderr. Throws USAGE for a flag that
 * cannot be used, before anything is sent.
 */
export function athenaOpener(
  flags: AthenaFlags,
  parts: Partial<AthenaParts> = {},
): (config: Config, context: CliContext, tenant?: TenantId) => Promise<AthenaEngine> {
  const optionsOf = athenaOptions(flags);
  return async (config, context, tenant) => {
    const engine = await loadAthena(optionsOf(config, context), parts, tenant);
    return { ...engine, close: closing(engine, flags, context) };
  };
}

/**
 * The same for the ledger that Athena keeps: its tables, the log and the objects of its lake, by the place that Glue has of
 * its lines.
 */
export function athenaLedgerOpener(
  flags: AthenaFlags,
  parts: Partial<AthenaParts> = {},
): (config: Config, context: CliContext) => Promise<AthenaLedger> {
  const optionsOf = athenaOptions(flags);
  return async (config, context) => {
    const ledger = await loadAthenaLedger(optionsOf(config, context), context.clock, parts);
    return { ...ledger, close: closing(ledger, flags, context) };
  };
}

function athenaOptions(flags: AthenaFlags): (config: Config, context: CliContext) => AthenaLakeOptions {
  const given = flags.athenaDatabase === undefined ? undefined : athenaTables(flags.athenaDatabase);
  const output = flags.athenaOutput;
  if (output !== undefined && !/^s3:\/\/[^/]+\//.test(output)) {
    throw new AppError('USAGE', '--athena-output is not usable', { expected: 's3://bucket/prefix/', got: output });
  }
  const minutes = (flag: string, text: string | undefined, least: number, most: number) =>
    text === undefined ? undefined : wholeNumber(flag, text, least, most);
  const reuse = minutes('--athena-reuse', flags.athenaReuse, 0, LONGEST_REUSE_MINUTES);
  const deadline = minutes('--athena-deadline', flags.athenaDeadline, 1, LONGEST_DEADLINE_MINUTES);
  return (config, { signal }) => {
    const file = config.engine.athena;
    const tables = given ?? (file === undefined ? undefined : athenaTables(file.database));
    if (tables === undefined) {
      throw new AppError('USAGE', '--engine athena needs --athena-database', {
        expected: 'the Glue database of the lake, there or as engine.athena.database in tenantscope.yaml',
      });
    }
    const place = output ?? file?.output;
    const region = flags.athenaRegion ?? file?.region;
    return {
      tables,
      workgroup: flags.athenaWorkgroup ?? file?.workgroup ?? 'primary',
      ...(place === undefined ? {} : { outputLocation: place }),
      ...(region === undefined ? {} : { region }),
      reuseMinutes: reuse ?? file?.reuse_minutes ?? 0,
      deadlineMs: (deadline ?? file?.deadline_minutes ?? 30) * 60_000,
      usdPerTb: Number(config.reports.usd_per_tb),
      signal,
      listPrices: config.list_prices,
      registry: registryOf(config),
      quotas: config.quotas,
    };
  };
}

function closing(
  { close, statistics }: Pick<AthenaEngine, 'close' | 'statistics'>,
  flags: AthenaFlags,
  context: CliContext,
): () => Promise<void> {
  return async () => {
    await close();
    const spent = statistics();
    if (flags.quiet !== true && spent.queryIds.length > 0) printNote(context, costNote(spent));
  };
}

function costNote(statistics: AthenaStatistics): string {
  const { queryIds, reused } = statistics;
  const count = queryIds.length === 1 ? '1 query' : `${queryIds.length} queries`;
  const again = reused === 0 ? '' : `, ${reused} answered from an earlier result`;
  return `athena: ${count}${again}, scanned ${statistics.bytesScanned} bytes, ${statistics.costUsd} USD at list price; ${queryIds.join(' ')}`;
}
