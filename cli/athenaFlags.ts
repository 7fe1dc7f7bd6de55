import type { Command } from 'commander';
import { AppError, type Config } from '../model/index.js';
import { type AthenaEngine, type AthenaParts, type AthenaStatistics, openAthena } from '../queries/index.js';
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
    .option('--athena-database <name>', 'with --engine athena: the database of the lake')
    .option('--athena-workgroup <name>', 'with --engine athena (default: primary)')
    .option('--athena-output <s3-uri>', 'where results go, when the workgroup does not say: s3://bucket/prefix/')
    .option('--athena-region <region>', "with --engine athena (default: the AWS profile's)")
    .option('--athena-reuse <minutes>', 'take a result no older than this, free of charge (default: ask anew)')
    .option('--athena-deadline <minutes>', 'stop a statement that takes longer (default: 30)');
}

/** How to open Athena as the flags say; closing it prints what it cost to stderr. Throws USAGE before anything is sent. */
export function athenaOpener(
  flags: AthenaFlags,
  parts: Partial<AthenaParts> = {},
): (config: Config, context: CliContext) => Promise<AthenaEngine> {
  const database = flags.athenaDatabase;
  if (database === undefined) {
    throw new AppError('USAGE', '--engine athena needs --athena-database', { expected: 'the database of the lake' });
  }
  const output = flags.athenaOutput;
  if (output !== undefined && !/^s3:\/\/[^/]+\//.test(output)) {
    throw new AppError('USAGE', '--athena-output is not usable', { expected: 's3://bucket/prefix/', got: output });
  }
  const minutes = (flag: string, text: string | undefined, least: number, most: number) =>
    text === undefined ? undefined : wholeNumber(flag, text, least, most);
  const reuseMinutes = minutes('--athena-reuse', flags.athenaReuse, 0, LONGEST_REUSE_MINUTES);
  const deadline = minutes('--athena-deadline', flags.athenaDeadline, 1, LONGEST_DEADLINE_MINUTES);
  return async (_, context) => {
    const engine = openAthena(
      {
        database,
        workgroup: flags.athenaWorkgroup ?? 'primary',
        ...(output === undefined ? {} : { outputLocation: output }),
        ...(flags.athenaRegion === undefined ? {} : { region: flags.athenaRegion }),
        ...(reuseMinutes === undefined ? {} : { reuseMinutes }),
        ...(deadline === undefined ? {} : { deadlineMs: deadline * 60_000 }),
        signal: context.signal,
      },
      parts,
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
