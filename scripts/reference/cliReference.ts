import { PassThrough } from 'node:stream';
import type { Command } from 'commander';
import { createWholeProgram } from '../../cli/createProgram.js';
import { COMMON_FLAGS, examplesOf, notesOf } from '../../cli/VerbCommand.js';
import { code, page, table } from './markdown.js';

/** Every command with its examples, arguments and flags. */
export async function cliReference(): Promise<string> {
  const stream = new PassThrough();
  const program = await createWholeProgram({
    ...{ stdin: stream, stdout: stream, stderr: stream, env: {}, clock: () => 0 },
    signal: new AbortController().signal,
  });
  const placed = below(program, []);
  return page(
    'Commands',
    "the commands' own help",
    'stdout carries data, stderr notes, progress and errors. Exit codes are in [errors.md](errors.md), settings and environment variables in [configuration.md](configuration.md).',
    `Every command also takes:\n\n${table(
      ['flag', 'meaning'],
      COMMON_FLAGS.map(([flags, meaning]) => [code(flags), meaning]),
    )}`,
    table(
      ['command', 'what it does'],
      placed.map(({ path, command }) => [`[${code(path)}](#${anchorOf(path)})`, command.description()]),
    ),
    ...placed.map(({ path, command }) => sectionOf(path, command)),
  );
}

interface Placed {
  readonly path: string;
  readonly command: Command;
}

/** The commands that do something, by their words. */
function below(command: Command, words: readonly string[]): readonly Placed[] {
  const found = command.commands.flatMap((child): readonly Placed[] => {
    const path = [...words, child.name()];
    return child.commands.length === 0 ? [{ path: path.join(' '), command: child }] : below(child, path);
  });
  return [...found].sort((a, b) => (a.path < b.path ? -1 : 1));
}

const anchorOf = (path: string): string => path.replaceAll(' ', '-');

function sectionOf(path: string, command: Command): string {
  const common: readonly string[] = COMMON_FLAGS.map(([flags]) => flags.split(' ').at(-1) ?? '');
  const terms = command.registeredArguments.map((each) => {
    const name = `${each.name()}${each.variadic ? '...' : ''}`;
    return each.required ? `<${name}>` : `[${name}]`;
  });
  const rows = [
    ...command.registeredArguments.map((each, index) => [
      code(terms[index] ?? ''),
      each.description,
      code(defaultOf(each.defaultValue)),
    ]),
    ...command.options
      .filter(({ long }) => !common.includes(long ?? ''))
      .map((option) => [
        code(option.flags),
        [
          option.description,
          option.mandatory ? 'required' : '',
          option.argChoices === undefined ? '' : `one of ${option.argChoices.join(', ')}`,
        ]
          .filter((text) => text !== '')
          .join('; '),
        option.negate ? '' : code(defaultOf(option.defaultValue)),
      ]),
  ];
  return [
    `## ${path}`,
    `${command.description()}.`,
    ['```sh', ...examplesOf(command), '```'].join('\n'),
    ...notesOf(command).map((note) => note.replaceAll('\n', ' ')),
    code(['tenantscope', path, ...terms, '[options]'].join(' ')),
    ...(rows.length === 0 ? [] : [table(['argument or flag', 'meaning', 'default'], rows)]),
  ].join('\n\n');
}

function defaultOf(value: unknown): string {
  if (value === undefined || (Array.isArray(value) && value.length === 0)) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}
