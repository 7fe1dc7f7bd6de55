import type { Command, Option } from 'commander';
import type { CliContext } from './CliContext.js';
import { namesOfArgument, namesOfFlag } from './completionNames.js';

/**
 * What may stand at the last of these words, which may be empty: verbs, flags, the words a flag takes, and names out of the project file
 * and the reports. Nothing where a file is meant, or where the project file cannot be read: a shell then completes files.
 */
export async function completeWords(
  words: readonly string[],
  context: CliContext,
  programFor: (args: readonly string[]) => Promise<Command>,
): Promise<readonly string[]> {
  // bash takes --flag=value apart into three words, the others leave it whole.
  const split = words.filter((word) => word !== '=');
  const last = words.at(-1) === '=' ? '' : (split.at(-1) ?? '');
  const before = words.at(-1) === '=' ? split : split.slice(0, -1);
  const [, flag = '', typed = last] = /^(--[\w-]+)=(.*)$/s.exec(last) ?? [];
  const place = placeOf(await programFor(before), flag === '' ? before : [...before, flag]);
  const found = await candidates(place, typed, before, context).catch(() => []);
  const starting = [...new Set(found)].filter((word) => word.startsWith(typed)).sort();
  return flag === '' ? starting : starting.map((word) => `${flag}=${word}`);
}

interface Place {
  readonly command: Command;
  readonly path: string;
  /** The flag whose value comes next. */
  readonly flag: Option | undefined;
  /** Arguments that are there already. */
  readonly given: number;
}

function placeOf(program: Command, before: readonly string[]): Place {
  let command = program;
  const path: string[] = [];
  let flag: Option | undefined;
  let given = 0;
  for (const word of before) {
    if (flag !== undefined) flag = undefined;
    else if (word.startsWith('-')) {
      const option = command.options.find(({ long, short }) => long === word || short === word);
      if (option?.required === true) flag = option;
    } else {
      const child = command.commands.find((each) => each.name() === word);
      if (child === undefined) given += 1;
      else {
        command = child;
        path.push(word);
      }
    }
  }
  return { command, path: path.join(' '), flag, given };
}

async function candidates(
  { command, path, flag, given }: Place,
  typed: string,
  before: readonly string[],
  context: CliContext,
): Promise<readonly string[]> {
  const asked = { before, context };
  if (flag !== undefined) return flag.argChoices ?? (await namesOfFlag(flag.long ?? '', path, asked)) ?? [];
  if (typed.startsWith('-')) return [...command.options.flatMap(({ long }) => long ?? []), '--help'];
  if (command.commands.length > 0) return [...command.commands.map((child) => child.name()), 'help'];
  return (await namesOfArgument(command.registeredArguments[given]?.name(), path, asked)) ?? [];
}
