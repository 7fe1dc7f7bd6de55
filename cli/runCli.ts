import { CommanderError } from 'commander';
import { AppError, ERROR_CODES, messageOf } from '../model/index.js';
import { type CliContext, printNote, READER_GONE } from './CliContext.js';
import { createProgram } from './createProgram.js';

/**
 * Runs one command and returns its exit code. Every error becomes a message on stderr and the code listed in
 * docs/errors.md; a stack is shown with `--debug` only.
 */
export async function runCli(args: readonly string[], context: CliContext): Promise<number> {
  try {
    await createProgram(context).parseAsync([...args], { from: 'user' });
    return 0;
  } catch (error) {
    if (context.signal.reason === READER_GONE) return 0;
    return report(error, args.includes('--debug'), context);
  }
}

function report(error: unknown, debug: boolean, context: CliContext): number {
  if (error instanceof CommanderError) {
    // Help and version end this way too, with code 0; commander has printed its own message already.
    return error.exitCode === 0 ? 0 : ERROR_CODES.USAGE.exitCode;
  }
  const known = error instanceof AppError ? error : undefined;
  const code = known?.code ?? 'INTERNAL';
  printNote(context, `tenantscope: ${known?.message ?? `a defect in tenantscope: ${messageOf(error)}`} [${code}]`);
  if (debug && error instanceof Error) printNote(context, error.stack ?? '');
  else if (known === undefined) printNote(context, '  run it again with --debug and report what it prints');
  return ERROR_CODES[code].exitCode;
}
