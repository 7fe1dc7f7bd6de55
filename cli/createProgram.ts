import type { Command } from 'commander';
import type { CliContext } from './CliContext.js';
import { packageVersion } from './packageVersion.js';
import { finishCommand, layOutHelp, VerbCommand } from './VerbCommand.js';
import { VERB_GROUPS, VERBS, type Verb } from './verbTable.js';

const EXAMPLES = `
Examples:
  tenantscope demo
  tenantscope run --input ./records --lake ./lake && tenantscope ledger build --lake ./lake
  tenantscope report run tenant-share --lake ./lake --service DynamoDB --last 24h
  tenantscope detect --lake ./lake --last 6h
  tenantscope help report`;

/**
 * The command line for these arguments: the verb they call with all below it, the other verbs by name and summary only, so that
 * nothing is loaded that is not called. Output goes through the context; nothing here ends the process.
 */
export async function createProgram(context: CliContext, args: readonly string[]): Promise<Command> {
  const called = calledVerb(args);
  return build(context, ({ name }) => name === called);
}

/** The command line with every verb loaded: for references, completion, and tests of all of it. */
export function createWholeProgram(context: CliContext): Promise<Command> {
  return build(context, () => true);
}

async function build(context: CliContext, loads: (verb: Verb) => boolean): Promise<Command> {
  const program = new VerbCommand('tenantscope');
  program
    .description('who consumed how much of every shared resource, who is out of line, and what they owe')
    .version(packageVersion())
    .exitOverride()
    .showSuggestionAfterError(true)
    .addHelpText('after', EXAMPLES)
    .configureOutput({
      writeOut: (text) => context.stdout.write(text),
      writeErr: (text) => context.stderr.write(text),
      getOutHelpWidth: () => helpWidth(context),
      getErrHelpWidth: () => helpWidth(context),
    });
  layOutHelp(program);
  const groups = Object.keys(VERB_GROUPS);
  for (const verb of [...VERBS].sort((a, b) => groups.indexOf(a.group) - groups.indexOf(b.group))) {
    if (loads(verb)) for (const add of await verb.load()) add(program, context, (args) => createProgram(context, args));
    else program.command(verb.name).description(verb.summary);
    program.commands.find((command) => command.name() === verb.name)?.helpGroup(VERB_GROUPS[verb.group]);
  }
  // A process that is held to one tenant runs nothing else, whatever verb comes later.
  program.hook('preAction', async (_, command) => {
    const verb = pathOf(command);
    context.answer?.begin(verb);
    const { requireAllowed } = await import('./principal.js');
    requireAllowed(verb, context);
  });
  finishCommand(program);
  return program;
}

/** The first word that is no flag: flags that stand before the verb take no values. `help VERB` is about that verb. */
function calledVerb(args: readonly string[]): string | undefined {
  const words = args.filter((arg) => !arg.startsWith('-'));
  return words[0] === 'help' ? words[1] : words[0];
}

function pathOf(command: Command): string {
  const names = [];
  for (let at: Command | null = command; at?.parent; at = at.parent) names.unshift(at.name());
  return names.join(' ');
}

/** COLUMNS goes before the terminal's width, as elsewhere; without either, text is wrapped for 80 columns. */
function helpWidth({ env, stdout }: CliContext): number {
  const told = Number(env.COLUMNS);
  if (Number.isInteger(told) && told > 0) return told;
  return 'columns' in stdout && typeof stdout.columns === 'number' ? stdout.columns : 80;
}
