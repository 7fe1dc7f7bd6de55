import type { Command } from 'commander';
import { CommanderError } from 'commander';
import { AppError, ERROR_CODES, messageOf } from '../model/errors/index.js';
import { type CliContext, READER_GONE } from './CliContext.js';
import { createProgram } from './createProgram.js';

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
  };
  try {
    const program = await createProgram(context, args);
    await mustHelpWithWhatIsThere(program, args);
    await program.parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (context.signal.reason === READER_GONE) return 0;
    // What waits when Ctrl-C comes is told so by an AbortError, which says nothing of its own.
    const interrupted = context.signal.aborted && error instanceof Error && error.name === 'AbortError';
    return report(interrupted ? context.signal.reason : error, has('--debug'), context);
  }
}

/** `help raport`: commander shows the help of what stands above it, and says nothing of the mistyped word. Throws USAGE. */
async function mustHelpWithWhatIsThere(program: Command, args: readonly string[]): Promise<void> {
  const words = args.filter((arg) => !arg.startsWith('-'));
  let command = program;
  for (const [index, word] of words.entries()) {
    const known = command.commands.map((child) => child.name());
    const asked = words[index + 1];
    if (word === 'help' && known.length > 0 && asked !== undefined && asked !== 'help' && !known.includes(asked)) {
      const { unknownName } = await import('./oneOf.js');
      throw unknownName('USAGE', 'no such command', { got: asked, known, hint: 'tenantscope --help lists them' });
    }
    const child = command.commands.find((each) => each.name() === word);
    if (child === undefined) return;
    command = child;
  }
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
