import type { Command } from 'commander';
import { AppError, type Config } from '../../model/index.js';
import {
  type AthenaLedger,
  buildLedger,
  checkLake,
  journalObjects,
  localStore,
  maintenanceStatements,
  type PlannedBuild,
  planBuild,
  trinoLedger,
} from '../../queries/index.js';
import { buildBucketLedger, buildTrinoLedger } from '../buildOnIceberg.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { counted } from '../counted.js';
import { addLedgerFlags, type LedgerFlags, ledgerOnAthena, ledgerOnTrino, withAthenaLedger } from '../ledgerFlags.js';
import { listed } from '../listed.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { progressLine } from '../progress.js';
import { addLedgerCheckVerbs } from './ledgerCheckVerbs.js';

type LedgerVerbFlags = ConfigFlags & LedgerFlags & { readonly dryRun?: true; readonly json?: true };

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
    .option('--dry-run', 'say what would be booked and sealed, and write nothing')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText(
      'after',
      '\nSafe to repeat and to interrupt.\n\nExamples:\n  tenantscope ledger build --lake ./lake --dry-run\n  tenantscope ledger build --lake ./lake\n  tenantscope ledger build --lake ./lake --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg\n  tenantscope ledger build --engine athena --athena-database tenantscope --athena-workgroup ledger',
    );
  addLedgerFlags(build);
  build.action(async (flags: LedgerVerbFlags) => {
    const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
    const config = await loadConfig(flags, context);
    if (flags.dryRun === true) return printPlan(await planOf(config, onAthena, context), flags, context);
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
    if (flags.json === true) printJson(context, summary);
    printNote(context, formatLedgerBuild(summary));
  });
}

/** What a build would do: of a ledger that Trino keeps, too, log and objects are the lake's own. */
async function planOf(
  config: Config,
  onAthena: ReturnType<typeof ledgerOnAthena>,
  context: CliContext,
): Promise<PlannedBuild> {
  const now = context.clock();
  if (onAthena !== undefined)
    return withAthenaLedger(onAthena(config, context), ({ store, source }) => planBuild({ store, source, now }));
  const { lake } = config;
  await checkLake(lake);
  return planBuild({ store: localStore(lake), source: journalObjects(), now });
}

function printPlan(plan: PlannedBuild, flags: LedgerVerbFlags, context: CliContext): void {
  const { objects, rows, booked_date, partitions, sealed, strays } = plan;
  if (flags.json === true) printJson(context, plan, { dryRun: true });
  const lines = rows === null ? '' : ` with ${counted(rows, 'line')}`;
  const books =
    objects === 0 ? 'nothing new to book' : `would book ${counted(objects, 'object')}${lines} on ${booked_date}`;
  const seals = sealed.length === 0 ? '' : `; would seal ${sealed.join(', ')}`;
  printNote(context, `dry run, nothing was written: ${books}${seals}`);
  for (const line of listed(partitions, (each) => `${each.tenant_id} ${each.dt}: ${counted(each.objects, 'object')}`))
    printNote(context, line);
  if (strays.length > 0)
    printNote(context, `warning: ${strays.length} files are in no partition and will never be booked`);
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
    .option('--dry-run', 'show the statements, and run none')
    .option('--json', 'the statements that were run as JSON on stdout')
    .addHelpText(
      'after',
      '\nChanges no row. Once a day is enough.\n\nExamples:\n  tenantscope ledger maintain --engine athena --athena-database tenantscope --dry-run\n  tenantscope ledger maintain --engine trino --trino-url http://127.0.0.1:8080/lake --ledger-catalog iceberg',
    );
  addLedgerFlags(maintain);
  maintain.action(async (flags: LedgerVerbFlags) => {
    const [onTrino, onAthena] = [ledgerOnTrino(flags), ledgerOnAthena(flags)];
    const config = await loadConfig(flags, context);
    let ran: readonly string[];
    if (onTrino !== undefined) {
      const options = onTrino(config, context);
      if (flags.dryRun === true) {
        const place = { dialect: 'trino', catalog: options.ledgerCatalog, schema: options.ledgerSchema } as const;
        ran = maintenanceStatements(place);
      } else ran = await maintainTables(await trinoLedger(options), context);
    } else if (onAthena !== undefined) {
      ran = await withAthenaLedger(onAthena(config, context), async ({ ledger }) =>
        flags.dryRun === true ? maintenanceStatements(ledger.place) : maintainTables(ledger, context),
      );
    } else {
      throw new AppError('USAGE', 'only a ledger in Iceberg has tables to maintain', {
        expected: '--engine trino or athena',
      });
    }
    const dryRun = flags.dryRun === true;
    if (flags.json === true) printJson(context, { statements: ran }, { dryRun });
    else if (dryRun) printData(context, ran.map((statement) => `${statement};`).join('\n'));
    printNote(context, dryRun ? 'dry run: none of these was run' : 'ledger: maintained');
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
