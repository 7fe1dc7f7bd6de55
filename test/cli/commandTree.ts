import type { Command } from 'commander';
import { createWholeProgram } from '../../cli/createProgram.js';
import { fakeContext } from './fakeContext.js';

/** A command with the words that lead to it, without `tenantscope`. */
export interface Placed {
  readonly path: string;
  readonly command: Command;
  /** It does something itself: nothing stands below it. */
  readonly isLeaf: boolean;
}

/** Every command of the whole command line, from the first level down. */
export async function commandTree(): Promise<readonly Placed[]> {
  const below = (command: Command, words: readonly string[]): readonly Placed[] =>
    command.commands.flatMap((child) => {
      const path = [...words, child.name()];
      return [{ path: path.join(' '), command: child, isLeaf: child.commands.length === 0 }, ...below(child, path)];
    });
  return below(await createWholeProgram(fakeContext()), []);
}
