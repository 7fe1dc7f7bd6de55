import type { Command, Option } from 'commander';
import type { Config } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/** What can be named, by where it stands: an argument of a command, or the value of a flag. */
type Kind = 'tenant' | 'service' | 'plan' | 'report' | 'channel' | 'key';

const BY_FLAG: Readonly<Record<string, Kind>> = {
  '--tenant': 'tenant',
  '--as-tenant': 'tenant',
  '--service': 'service',
  '--plan': 'plan',
};

/** Arguments by the path of their command; of `report`, `tenant` and `alerts` the first argument of every verb that has one so named. */
const BY_ARGUMENT: readonly (readonly [path: RegExp, argument: string, kind: Kind])[] = [
  [/^report (?:show|run|explain)$/, 'name', 'report'],
  [/^tenant (?!add$)/, 'id', 'tenant'],
  [/^alerts test$/, 'channel', 'channel'],
  [/^config show$/, 'key', 'key'],
];

/**
 * What may stand at the last of these words, which may be empty: verbs, flags, and names out of the project file and the reports.
 * Nothing where a file is meant, or where the project file cannot be read: a shell then completes files.
 */
export async function completeWords(
  words: readonly string[],
  context: CliContext,
  programFor: (args: readonly string[]) => Promise<Command>,
): Promise<readonly string[]> {
  const typed = words.at(-1) ?? '';
  const before = words.slice(0, -1);
  const place = placeOf(await programFor(before), before);
  const found = await candidates(place, typed, before, context).catch(() => []);
  return [...new Set(found)].filter((word) => word.startsWith(typed)).sort();
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
  if (flag !== undefined) {
    const kind = BY_FLAG[flag.long ?? ''];
    return flag.argChoices ?? (kind === undefined ? [] : namesOf(kind, before, context));
  }
  if (typed.startsWith('-')) return [...command.options.flatMap(({ long }) => long ?? []), '--help'];
  if (command.commands.length > 0) return [...command.commands.map((child) => child.name()), 'help'];
  const argument = command.registeredArguments[given]?.name();
  const kind = BY_ARGUMENT.find(([where, name]) => where.test(path) && name === argument)?.[2];
  return kind === undefined ? [] : namesOf(kind, before, context);
}

async function namesOf(kind: Kind, before: readonly string[], context: CliContext): Promise<readonly string[]> {
  if (kind === 'report') {
    const [{ loadCatalogue }, { reportsFolder }] = await Promise.all([
      import('../queries/index.js'),
      import('./reportsFolder.js'),
    ]);
    return loadCatalogue(reportsFolder(valueGiven('--reports', before))).map(({ name }) => name);
  }
  const { loadConfig } = await import('./loadConfig.js');
  const file = valueGiven('--config', before);
  const config = await loadConfig(file === undefined ? {} : { config: file }, context, { remoteRegistry: false });
  return namesIn(kind, config);
}

async function namesIn(kind: Exclude<Kind, 'report'>, config: Config): Promise<readonly string[]> {
  if (kind === 'tenant') return config.tenants.map(({ id }) => id);
  if (kind === 'plan') return config.plans.map(({ id }) => id);
  if (kind === 'channel') return Object.keys(config.alerts.channels);
  if (kind === 'key') return Object.keys(config);
  return (await import('./requireTenant.js')).servicesOf(config);
}

/** The value a flag was given before. */
function valueGiven(flag: string, words: readonly string[]): string | undefined {
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}
