import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { AppError } from '../model/errors/index.js';
import type { JsonAnswer } from './JsonAnswer.js';

/** Everything the command line touches of the outside world, passed in so that tests can stand in for it. */
export interface CliContext {
  readonly stdin: Readable & { readonly isTTY?: boolean };
  readonly stdout: Writable & { readonly isTTY?: boolean };
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
  /** With `--quiet`: stderr carries warnings and errors only. */
  readonly quiet?: boolean;
  /** With `--progress`: how far a job is goes to stderr even where that is no terminal. */
  readonly progress?: boolean;
  /** What the command answers with `--json`; warnings are gathered in it. Set by `runCli`. */
  readonly answer?: JsonAnswer;
}

/** Why a command is ended when nobody reads its output any more: quietly, and with 0. */
export const READER_GONE = new AppError('INTERRUPTED', 'nobody reads the output any more');

/** Writes data to stdout, which carries nothing else. */
export function printData(context: CliContext, text: string): void {
  context.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a line of an endless output, and waits when its reader is slower: it must not pile up here. */
export function printLine(context: CliContext, text: string): Promise<void> {
  return printText(context, `${text}\n`);
}

/** Writes a piece of a long output, and waits when its reader is slower. */
export async function printText(context: CliContext, text: string): Promise<void> {
  if (text === '' || context.stdout.write(text)) return;
  // Ended by Ctrl-C, too: a reader that stopped reading would keep the command for ever.
  await once(context.stdout, 'drain', { signal: context.signal }).catch(() => undefined);
}

const WARNING = 'warning:';

/**
 * Writes a note for people to stderr. What begins with `warning:` is written with `--quiet`, too, and stands among the warnings of the
 * answer with `--json`.
 */
export function printNote(context: CliContext, text: string): void {
  const warns = text.startsWith(WARNING);
  if (context.quiet === true && !warns) return;
  if (warns) context.answer?.warn(text.slice(WARNING.length).trim());
  context.stderr.write(`${text}\n`);
}
