import type { Command } from 'commander';
import { AppError } from '../../model/index.js';
import { type AthenaLedger, buildLedger, maintenanceStatements, trinoLedger } from '../../queries/index.js';
import { buildBucketLedger, buildTrinoLedger } from '../buildOnIceberg.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { addLedgerFlags, type LedgerFlags, ledgerOnAthena, ledgerOnTrino, withAthenaLedger } from '../ledgerFlags.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { progressLine } from '../progress.js';
import { addLedgerCheckVerbs } from './ledgerCheckVerbs.js';

/** `tenantscope ledger`: `build` books what the lake has and the ledger has not; `verify` and `rebuild` compute it again. */
export function addLedgerVerb(program: Command, context: CliContext): void {
  const ledger = program.command('ledger').description('the usage ledger');
  addLedgerCheckVerbs(ledger, context);
  addMaintainVerb(ledger, context);
  const build = ledger
    .command('build')
    .description('book the usage of every object in the lake that is not booked yet, and seal the dates that are over')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nSafe to repeat and to interrupt.\n\nExamples:\n  tenantscope ledger build --lake ./lake\n  tenantscope ledger build --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg\n  tenantscope ledger build --engine athena --athena-database tenantscope --athena-workgroup ledger',
    );
  addLedgerFlags(build);
  build.action(async (flags: ConfigFlags & LedgerFlags & { json?: true }) => {
    const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
    const config = await loadConfig(flags, context);
    const progress = progressLine(context);
    const onProgress = (text: string): void => progress.update(text);
    const building = (): ReturnType<typeof buildLedger> => {
      const { clock } = context;
      if (onTrino !== undefined) return buildTrinoLedger(onTrino(config, context), onProgress);
      if (onAthena !== undefined) {
        return withAthenaLedger(onAthena(config, context), (ledger) =>
          buildBucketLedger(ledger, { clock, onProgress }),
        );
      }
      const { memory_mb: memoryMb, threads } = config.engine;
      return buildLedger({ lake: config.lake, clock, memoryMb, threads, onProgress });
    };
    const summary = await building().finally(() => progress.end());
    if (flags.json === true) printData(context, JSON.stringify(summary, null, 2));
    printNote(context, formatLedgerBuild(summary));
  });
}

/** `tenantscope ledger maintain`: keeps the tables of a ledger in Iceberg small. */
function addMaintainVerb(ledger: Command, context: CliContext): void {
  const maintain = ledger
    .command('maintain')
    .description(
      'of a ledger in Iceberg: join small files, remove snapshots older than a week and files nothing refers to',
    )
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'the statements that were run as JSON on stdout')
    .addHelpText(
      'after',
      '\nChanges no row. Once a day is enough.\n\nExamples:\n  tenantscope ledger maintain --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg',
    );
  addLedgerFlags(maintain);
  maintain.action(async (flags: ConfigFlags & LedgerFlags & { json?: true }) => {
    const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
    const config = await loadConfig(flags, context);
    let ran: readonly string[];
    if (onTrino !== undefined) ran = await maintainTables(await trinoLedger(onTrino(config, context)), context);
    else if (onAthena !== undefined) {
      ran = await withAthenaLedger(onAthena(config, context), ({ ledger }) => maintainTables(ledger, context));
    } else {
      throw new AppError('USAGE', 'only a ledger in Iceberg has tables to maintain', {
        expected: '--engine trino or athena',
      });
    }
    if (flags.json === true) printData(context, JSON.stringify({ statements: ran }, null, 2));
    printNote(context, 'ledger: maintained');
  });
}

/** Runs the statements that keep the tables of a ledger in Iceberg small, and returns them. */
export async function maintainTables(
  { session, place }: AthenaLedger['ledger'],
  context: CliContext,
): Promise<readonly string[]> {
  const progress = progressLine(context);
  const statements = [...maintenanceStatements(place)];
  try {
    for (const [index, statement] of statements.entries()) {
      progress.update(statement, index / statements.length);
      await session.run(statement);
    }
  } finally {
    progress.end();
  }
  return statements;
}

/** What a ledger build did, in a line. */
export function formatLedgerBuild(summary: {
  readonly objects: number;
  readonly events: number;
  readonly duplicates: number;
  readonly sealed: readonly string[];
}): string {
  const { objects, events, duplicates, sealed } = summary;
  const booked =
    objects === 0
      ? 'nothing new to book'
      : `booked ${objects} objects: ${events} lines counted, ${duplicates} duplicates left out`;
  return `ledger: ${booked}${sealed.length === 0 ? '' : `; sealed ${sealed.join(', ')}`}`;
}
