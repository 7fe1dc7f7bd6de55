import { type AddHelpTextContext, type AddHelpTextPosition, type Argument, Command, Help } from 'commander';

/** Of a command with commands below it and no examples of its own, so many of theirs are shown. */
const BORROWED = 6;

/** Where less than this is left beside the words, what they mean stands below them. */
const NARROWEST = 44;

/** The flags every command has. A command that has one of its own keeps it. */
export const COMMON_FLAGS = [
  ['-q, --quiet', 'no notes and no progress on stderr; warnings and errors stay'],
  ['--progress', 'progress on stderr even where that is no terminal, a line every few seconds'],
  ['--debug', 'show the stack of an error'],
] as const;

/** A command whose help leads with its examples: what verbs add behind their help is kept, and shown before the options. */
export class VerbCommand extends Command {
  readonly #paragraphs: string[] = [];
  #afterError: string | undefined;

  /** What is said behind an error of how this command was called, and of none below it. */
  hintAfterError(text: string): this {
    this.#afterError = text;
    return this;
  }

  override copyInheritedSettings(source: Command): this {
    return super.copyInheritedSettings(source).showHelpAfterError(this.#afterError ?? false);
  }

  override createCommand(name?: string): VerbCommand {
    return new VerbCommand(name);
  }

  override addHelpText(position: AddHelpTextPosition, text: string | ((context: AddHelpTextContext) => string)): this {
    if (position !== 'after' || typeof text !== 'string') return super.addHelpText(position, text as string);
    this.#paragraphs.push(...text.split('\n\n').map((paragraph) => paragraph.replace(/^\n+|\n+$/g, '')));
    return this;
  }

  /** What the help notes beside its examples: paragraphs. */
  get notes(): readonly string[] {
    return this.#paragraphs.filter((text) => !isExamples(text));
  }

  /** The lines the help shows as examples, as one types them. Without any of its own, the first of each command below. */
  get examples(): readonly string[] {
    const own = this.#paragraphs.filter(isExamples).flatMap((text) => text.split('\n').slice(1));
    if (own.length > 0) return own.map((line) => line.trim());
    return this.commands.flatMap((child) => examplesOf(child).slice(0, 1)).slice(0, BORROWED);
  }
}

/** The examples a command's help leads with. */
export function examplesOf(command: Command): readonly string[] {
  return command instanceof VerbCommand ? command.examples : [];
}

/** What a command's help notes beside its examples. */
export function notesOf(command: Command): readonly string[] {
  return command instanceof VerbCommand ? command.notes : [];
}

const isExamples = (text: string): boolean => text.startsWith('Examples:');

/** How help is laid out. Before the first verb is added: a command takes its settings from the one above it. */
export function layOutHelp(program: Command): void {
  program.configureHelp({
    minWidthToWrap: 20,
    subcommandTerm: (command) => [command.name(), ...command.registeredArguments.map(argumentTerm)].join(' '),
    formatItem: (term, termWidth, description, helper) => {
      const width = helper.helpWidth ?? 80;
      if (width - termWidth >= NARROWEST || description === '')
        return Help.prototype.formatItem.call(helper, term, termWidth, description, helper);
      // No room for two columns: what a word means stands below it.
      return `  ${term}\n${helper.boxWrap(description, width - 6).replace(/^/gm, '      ')}`;
    },
    formatHelp: (command, helper) => {
      const text = Help.prototype.formatHelp.call(helper, command, helper);
      // The first two paragraphs are how it is called, and what it does.
      const [usage = '', description = '', ...rest] = text.split('\n\n');
      const examples = examplesOf(command).map((line) => `  ${line}`);
      const shown = examples.length === 0 ? [] : [['Examples:', ...examples].join('\n')];
      const notes = notesOf(command).map((note) => helper.boxWrap(note, helper.helpWidth ?? 80));
      return [usage, description, ...shown, ...notes, ...rest].join('\n\n');
    },
  });
}

/**
 * Gives every command what all of them have. commander copies the settings of the program to subcommands when they are made;
 * those made before would exit the process themselves.
 */
export function finishCommand(command: Command): void {
  for (const child of command.commands) {
    child.copyInheritedSettings(command);
    finishCommand(child);
  }
  for (const [flags, description] of COMMON_FLAGS) {
    const long = flags.split(' ').at(-1);
    if (!command.options.some((option) => option.long === long)) command.option(flags, description);
  }
}

function argumentTerm(argument: Argument): string {
  const text = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${text}>` : `[${text}]`;
}
