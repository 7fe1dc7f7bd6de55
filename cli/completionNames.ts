import type { Config } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/** What the names of a place are read from. */
export interface NamesAsked {
  /** The words typed before, flags and their values among them. */
  readonly before: readonly string[];
  readonly context: CliContext;
}

type Names = (asked: NamesAsked) => Promise<readonly string[]>;

const model = () => import('../model/index.js');
const ofConfig =
  (names: (config: Config) => readonly string[] | Promise<readonly string[]>): Names =>
  async ({ before, context }) => {
    const { loadConfig } = await import('./loadConfig.js');
    const file = valueGiven('--config', before);
    return names(await loadConfig(file === undefined ? {} : { config: file }, context, { remoteRegistry: false }));
  };

const tenants = ofConfig((config) => config.tenants.map(({ id }) => id));
const severities: Names = async () => (await model()).SEVERITIES;
const costs: Names = async () => (await import('../billing/index.js')).COST_BASES;
const catalogue = async (before: readonly string[]) => {
  const [{ loadCatalogue }, { reportsFolder }] = await Promise.all([
    import('../queries/index.js'),
    import('./reportsFolder.js'),
  ]);
  return loadCatalogue(reportsFolder(valueGiven('--reports', before)));
};

/** Parameters of the report that was named before: with their values where these are few words, else with the sign they follow. */
const parameters: Names = async ({ before }) => {
  const report = (await catalogue(before)).find(({ name }) => before.includes(name));
  const given = report?.params.filter(({ type }) => type !== 'window' && type !== 'tenant_ids') ?? [];
  return given.flatMap(({ name, values = [''] }) => values.map((value) => `${name}=${value}`));
};

/** By flag, of the commands whose path is met; the first that is met counts. */
const BY_FLAG: readonly (readonly [flag: string, path: RegExp, names: Names])[] = [
  ['--tenant', /./, tenants],
  ['--as-tenant', /./, tenants],
  ['--service', /./, ofConfig(async (config) => (await import('./requireTenant.js')).servicesOf(config))],
  ['--plan', /./, ofConfig((config) => config.plans.map(({ id }) => id))],
  ['--cell', /./, ofConfig(cellsOf)],
  ['--to', /^tenant move$/, ofConfig(cellsOf)],
  ['--param', /^report /, parameters],
  ['--now', /^report schedule run$/, ofConfig((config) => config.report_schedules.map(({ name }) => name))],
  ['--format', /^report fetch$/, async () => (await import('../queries/index.js')).TEXT_FORMATS],
  ['--format', /./, async () => (await import('../queries/index.js')).FORMATS],
  ['--table', /^report new$/, async () => (await import('../queries/index.js')).TEMPLATE_TABLES],
  ['--severity', /./, severities],
  ['--fail-on', /^detect$/, severities],
  ['--kind', /^silence /, async () => (await model()).INCIDENT_KINDS],
  ['--state', /^alerts deliveries$/, async () => (await import('../alerts/index.js')).DELIVERY_STATES],
  ['--reason', /^replay$/, async () => ['unknown-tenant', ...Object.keys((await model()).QUARANTINE_REASONS)]],
  ['--cost', /./, costs],
  ['--callers', /./, async () => (await import('../dashboard/index.js')).CALLER_NAMES],
  ['--focus-version', /./, async () => (await import('../billing/index.js')).FOCUS_VERSIONS],
  ['--scenario', /^simulate$/, async () => Object.keys((await import('../ingest/index.js')).SCENARIOS)],
  ['--compress', /^simulate$/, async () => Object.keys((await import('../ingest/index.js')).COMPRESSIONS)],
];

/** By argument, of the commands whose path is met. */
const BY_ARGUMENT: readonly (readonly [argument: string, path: RegExp, names: Names])[] = [
  ['name', /^report (?:show|run|explain)$/, async ({ before }) => (await catalogue(before)).map(({ name }) => name)],
  ['id', /^tenant (?!add$)/, tenants],
  ['channel', /^alerts test$/, ofConfig((config) => Object.keys(config.alerts.channels))],
  ['key', /^config show$/, ofConfig((config) => Object.keys(config))],
  ['verdict', /^incident feedback$/, async () => (await import('../alerts/index.js')).VERDICTS],
  ['shell', /^completion$/, async () => (await import('./completionScripts.js')).SHELLS],
];

/** The words that the value of a flag can be; undefined where they are nobody's to know, such as a file. */
export function namesOfFlag(flag: string, path: string, asked: NamesAsked): Promise<readonly string[]> | undefined {
  return BY_FLAG.find(([name, where]) => name === flag && where.test(path))?.[2](asked);
}

/** The same of an argument. */
export function namesOfArgument(
  argument: string | undefined,
  path: string,
  asked: NamesAsked,
): Promise<readonly string[]> | undefined {
  return BY_ARGUMENT.find(([name, where]) => name === argument && where.test(path))?.[2](asked);
}

function cellsOf({ tenants: registered }: Config): readonly string[] {
  return [...new Set(registered.map(({ cell }) => cell))];
}

/** The value a flag was given before, apart or joined to it. */
function valueGiven(flag: string, words: readonly string[]): string | undefined {
  const joined = words.find((word) => word.startsWith(`${flag}=`));
  if (joined !== undefined) return joined.slice(flag.length + 1);
  const at = words.indexOf(flag);
  return at < 0 ? undefined : words[at + 1];
}
