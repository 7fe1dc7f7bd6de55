import type { Command } from 'commander';
import { AppError, type Config, registryOf, type TenantId } from '../model/index.js';
import {
  type AthenaEngine,
  type AthenaParts,
  type AthenaStatistics,
  athenaTables,
  loadAthena,
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
  const given = flags.athenaDatabase === undefined ? undefined : athenaTables(flags.athenaDatabase);
  const output = flags.athenaOutput;
  if (output !== undefined && !/^s3:\/\/[^/]+\//.test(output)) {
    throw new AppError('USAGE', '--athena-output is not usable', { expected: 's3://bucket/prefix/', got: output });
  }
  const minutes = (flag: string, text: string | undefined, least: number, most: number) =>
    text === undefined ? undefined : wholeNumber(flag, text, least, most);
  const reuse = minutes('--athena-reuse', flags.athenaReuse, 0, LONGEST_REUSE_MINUTES);
  const deadline = minutes('--athena-deadline', flags.athenaDeadline, 1, LONGEST_DEADLINE_MINUTES);
  return async (config, context, tenant) => {
    const file = config.engine.athena;
    const tables = given ?? (file === undefined ? undefined : athenaTables(file.database));
    if (tables === undefined) {
      throw new AppError('USAGE', '--engine athena needs --athena-database', {
        expected: 'the Glue database of the lake, there or as engine.athena.database in tenantscope.yaml',
      });
    }
    const place = output ?? file?.output;
    const region = flags.athenaRegion ?? file?.region;
    const engine = await loadAthena(
      {
        tables,
        workgroup: flags.athenaWorkgroup ?? file?.workgroup ?? 'primary',
        ...(place === undefined ? {} : { outputLocation: place }),
        ...(region === undefined ? {} : { region }),
        reuseMinutes: reuse ?? file?.reuse_minutes ?? 0,
        deadlineMs: (deadline ?? file?.deadline_minutes ?? 30) * 60_000,
        usdPerTb: file?.usd_per_tb ?? 5,
        signal: context.signal,
        listPrices: config.list_prices,
        registry: registryOf(config),
        quotas: config.quotas,
      },
      parts,
      tenant,
    );
    const close = async (): Promise<void> => {
      await engine.close();
      const statistics = engine.statistics();
      if (statistics.queryIds.length > 0) printNote(context, costNote(statistics));
    };
    return { ...engine, close };
  };
}

function costNote(statistics: AthenaStatistics): string {
  const { queryIds, reused } = statistics;
  const count = queryIds.length === 1 ? '1 query' : `${queryIds.length} queries`;
  const again = reused === 0 ? '' : `, ${reused} answered from an earlier result`;
  return `athena: ${count}${again}, scanned ${statistics.bytesScanned} bytes, ${statistics.costUsd} USD at list price; ${queryIds.join(' ')}`;
}
