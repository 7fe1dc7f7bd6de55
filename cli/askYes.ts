import { createInterface } from 'node:readline/promises';
import type { CliContext } from './CliContext.js';

/** Whether somebody is there to be asked. */
export function canAsk({ stdin, stderr }: CliContext, flags: { readonly input?: boolean }): boolean {
  return flags.input !== false && stdin.isTTY === true && stderr.isTTY === true;
}

/** Asks on stderr, so that stdout stays data. Anything but y or yes is no. */
export async function askYes({ stdin, stderr, signal }: CliContext, question: string): Promise<boolean> {
  const lines = createInterface({ input: stdin, output: stderr });
  try {
    return /^y(?:es)?$/i.test((await lines.question(`${question} [y/N] `, { signal })).trim());
  } finally {
    lines.close();
  }
}
