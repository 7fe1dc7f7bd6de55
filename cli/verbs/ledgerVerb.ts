import type { Command } from 'commander';
import { buildLedger } from '../../queries/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { progressLine } from '../progress.js';
import { addLedgerCheckVerbs } from './ledgerCheckVerbs.js';

/** `tenantscope ledger`: `build` books what the lake has and the ledger has not; `verify` and `rebuild` compute it again. */
export function addLedgerVerb(program: Command, context: CliContext): void {
  const ledger = program.command('ledger').description('the usage ledger');
  addLedgerCheckVerbs(ledger, context);
  ledger
    .command('build')
    .description('book the usage of every object in the lake that is not booked yet, and seal the dates that are over')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .option('--json', 'summary as JSON on stdout')
    .addHelpText('after', '\nSafe to repeat and to interrupt.\n\nExamples:\n  tenantscope ledger build --lake ./lake')
    .action(async (flags: ConfigFlags & { json?: true }) => {
      const config = await loadConfig(flags, context);
      const progress = progressLine(context);
      const summary = await buildLedger({
        lake: config.lake,
        clock: context.clock,
        memoryMb: config.engine.memory_mb,
        threads: config.engine.threads,
        onProgress: (text) => progress.update(text),
      });
      progress.end();
      if (flags.json === true) printData(context, JSON.stringify(summary, null, 2));
      printNote(context, formatLedgerBuild(summary));
    });
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
