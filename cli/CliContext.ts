import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';

/** Everything the command line touches of the outside world, passed in so that tests can stand in for it. */
export interface CliContext {
  readonly stdin: Readable;
  readonly stdout: Writable;
  readonly stderr: Writable & { readonly isTTY?: boolean };
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** Aborted by the first Ctrl-C. */
  readonly signal: AbortSignal;
}

/** Writes data to stdout, which carries nothing else. */
export function printData(context: CliContext, text: string): void {
  context.stdout.write(text.endsWith('\n') ? text : `${text}\n`);
}

/** Writes a line of an endless output, and waits when its reader is slower: it must not pile up here. */
export async function printLine(context: CliContext, text: string): Promise<void> {
  if (context.stdout.write(`${text}\n`)) return;
  // Ended by Ctrl-C, too: a reader that stopped reading would keep the command for ever.
  await once(context.stdout, 'drain', { signal: context.signal }).catch(() => undefined);
}

/** Writes a note for people to stderr. */
export function printNote(context: CliContext, text: string): void {
  context.stderr.write(`${text}\n`);
}
