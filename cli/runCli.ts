import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { AppError, ERROR_CODES, messageOf } from '../model/errors/index.js';
import { type CliContext, READER_GONE } from './CliContext.js';
import { createProgram } from './createProgram.js';
import { JsonAnswer } from './JsonAnswer.js';
import { printHeldJson } from './printJson.js';

/**
 * Runs one command and returns its exit code. Every error becomes a message on stderr and the code listed in
 * docs/errors.md; a stack is shown with `--debug` only.
 */
export async function runCli(args: readonly string[], given: CliContext): Promise<number> {
  const has = (...flags: readonly string[]): boolean => args.some((arg) => flags.includes(arg));
  const context: CliContext = {
    ...given,
    quiet: has('--quiet') || args.some((arg) => /^-[a-z]*q[a-z]*$/.test(arg)),
    progress: has('--progress'),
    answer: new JsonAnswer(),
  };
  try {
    const program = await createProgram(context, args);
    const words = await helpOfWhatIsThere(program, args);
    // A check whose answer is no has answered, too.
    await program.parseAsync([...words], { from: 'user' }).finally(() => printHeldJson(context));
    return 0;
  } catch (error) {
    if (context.signal.reason === READER_GONE) return 0;
    // What waits when Ctrl-C comes is told so by an AbortError, which says nothing of its own.
    const interrupted = context.signal.aborted && error instanceof Error && error.name === 'AbortError';
    return report(interrupted ? context.signal.reason : error, has('--debug'), context);
  }
}

/**
 * `help report run` is asked of the command it names. commander knows one word behind `help`, and shows the help of what stands above a
 * mistyped one. Throws USAGE that names the nearest.
 */
async function helpOfWhatIsThere(program: Command, args: readonly string[]): Promise<readonly string[]> {
  const words = args.filter((arg) => !arg.startsWith('-'));
  const at = words.indexOf('help');
  const above = at < 0 ? undefined : under(program, words.slice(0, at));
  if (above === undefined || above.commands.length === 0 || words.length <= at + 1) return args;
  const path = words.slice(0, at);
  let command = above;
  for (const word of words.slice(at + 1)) {
    const known = command.commands.map((child) => child.name());
    const child = under(command, [word]);
    if (child === undefined && known.length > 0 && word !== 'help') {
      const { unknownName } = await import('./oneOf.js');
      const hint = `${['tenantscope', ...path].join(' ')} --help lists them`;
      throw unknownName('USAGE', 'no such command', { got: word, known, hint });
    }
    // What follows a command that has none below it are its arguments.
    if (child === undefined) break;
    command = child;
    path.push(word);
  }
  return command === above ? args : [...path, '--help'];
}

/** The command these words lead to; undefined when one of them is none. */
function under(command: Command, words: readonly string[]): Command | undefined {
  let found: Command | undefined = command;
  for (const word of words) found = found?.commands.find((child) => child.name() === word);
  return found;
}

function report(error: unknown, debug: boolean, { stderr }: CliContext): number {
  if (error instanceof CommanderError) {
    // Help and version end this way too, with code 0; commander has printed its own message already.
    return error.exitCode === 0 ? 0 : ERROR_CODES.USAGE.exitCode;
  }
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'INTERNAL';
  stderr.write(`tenantscope: ${known?.message ?? `a defect in tenantscope: ${messageOf(error)}`} [${code}]\n`);
  if (debug && error instanceof Error) stderr.write(`${error.stack ?? ''}\n`);
  else if (known === undefined) stderr.write('  run it again with --debug and report what it prints\n');
  return ERROR_CODES[code].exitCode;
}
