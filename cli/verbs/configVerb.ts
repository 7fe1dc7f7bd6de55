import type { Command } from 'commander';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { configOrigins, type Origin, type Setting } from '../configOrigins.js';
import { type ConfigFlags, configFileOf, loadConfig, readConfigFile } from '../loadConfig.js';
import { unknownName } from '../oneOf.js';
import { printJson } from '../printJson.js';
import { withLakeFlags } from '../withLakeFlags.js';

/** A list with more values than this is counted, unless it is asked for by its key. */
const COUNTED = 8;

type ShowFlags = ConfigFlags & { readonly json?: true };

/** `tenantscope config show`: what is in force, and where each value came from. */
export function addConfigVerb(program: Command, context: CliContext): void {
  const config = program.command('config').description('the configuration that is in force');
  withLakeFlags(
    config
      .command('show')
      .description('every value that is in force, and whether a flag, the environment, the file or a default says so')
      .argument('[key]', 'only what stands below this key, lists in full'),
  )
    .addHelpText(
      'after',
      '\nAddresses lose their user and password. tenantscope vet checks a file.\n\nExamples:\n  tenantscope config show\n  tenantscope config show engine\n  tenantscope config show tenants --json\n  TENANTSCOPE_THREADS=4 tenantscope config show engine.threads',
    )
    .action((key: string | undefined, flags: ShowFlags) => show(key, flags, context));
}

async function show(key: string | undefined, flags: ShowFlags, context: CliContext): Promise<void> {
  const config = await loadConfig(flags, context);
  const file = configFileOf(flags, context);
  const named = flags.config !== undefined || context.env.TENANTSCOPE_CONFIG !== undefined;
  const text = named ? await readConfigFile(file) : await readConfigFile(file).catch(() => undefined);
  const settings = configOrigins({
    config,
    ...(text === undefined ? {} : { source: { file, text } }),
    environment: context.env,
    flags: flags.lake === undefined ? {} : { lake: '--lake' },
  });
  const found = key === undefined ? settings : below(settings, key);
  if (flags.json === true) {
    printJson(context, { file: text === undefined ? null : file, settings: found });
    return;
  }
  printNote(context, text === undefined ? `no ${file}: defaults, environment and flags only` : `project file: ${file}`);
  printData(context, tableOf(key === undefined ? counted(found) : found));
}

function below(settings: readonly Setting[], key: string): readonly Setting[] {
  const found = settings.filter(
    (one) => one.key === key || (/^[.[]/.test(one.key.slice(key.length)) && one.key.startsWith(key)),
  );
  if (found.length > 0) return found;
  const known = [...new Set(settings.flatMap((one) => prefixesOf(one.key)))];
  throw unknownName('PARAMETER_INVALID', 'nothing is set under this key', {
    got: key,
    known,
    hint: 'tenantscope config show lists all',
  });
}

/** `a`, `a.b` and `a.b.c` of `a.b.c`. */
function prefixesOf(key: string): readonly string[] {
  return [...key.matchAll(/[.[]|$/g)].map(({ index }) => key.slice(0, index));
}

/** Long lists as one line each: what they hold is asked for by their key. */
function counted(settings: readonly Setting[]): readonly Setting[] {
  return [...groupByList(settings)].flatMap(([list, members]) => {
    const first = members[0];
    if (first === undefined || members.length <= COUNTED) return members;
    const places = new Set(members.map(({ key }) => /^\[\d+\]/.exec(key.slice(list.length))?.[0]));
    return [{ key: `${list}[]`, value: `${places.size} entries`, origin: first.origin }];
  });
}

function groupByList(settings: readonly Setting[]): ReadonlyMap<string, readonly Setting[]> {
  const groups = new Map<string, Setting[]>();
  for (const [index, setting] of settings.entries()) {
    const at = setting.key.indexOf('[');
    // Values outside of lists stay by themselves, in their order.
    const group = at < 0 ? `${index}` : setting.key.slice(0, at);
    groups.set(group, [...(groups.get(group) ?? []), setting]);
  }
  return groups;
}

function tableOf(settings: readonly Setting[]): string {
  const rows = settings.map(({ key, value, origin }) => [key, textOf(value), originText(origin)] as const);
  const width = Math.max(0, ...rows.map(([key]) => key.length));
  return rows.map(([key, value, origin]) => `${key.padEnd(width)}  ${value}  (${origin})`).join('\n');
}

const textOf = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

function originText(origin: Origin): string {
  if (origin.from === 'file') return `${origin.file}:${origin.line}`;
  return origin.from === 'default' ? 'default' : `${origin.from} ${origin.name}`;
}
