import { isDeepStrictEqual } from 'node:util';
import { isMap, isScalar, isSeq, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import { type Config, configSchema, ENVIRONMENT_SETTINGS } from '../model/index.js';

/** Where a value of the configuration came from. Lines count from 1. */
export type Origin =
  | { readonly from: 'flag' | 'environment' | 'registry'; readonly name: string }
  | { readonly from: 'file'; readonly file: string; readonly line: number }
  | { readonly from: 'default' };

/** One value of the configuration that is in force. */
export interface Setting {
  /** As docs/configuration.md names it, with the places of lists: `engine.memory_mb`, `tenants[0].id`. */
  readonly key: string;
  readonly value: unknown;
  readonly origin: Origin;
}

/** What a configuration was put together from. */
export interface ConfigSources {
  readonly config: Config;
  /** The project file, where there is one. */
  readonly source?: { readonly file: string; readonly text: string };
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** Keys a flag was given for, with the flag. */
  readonly flags: Readonly<Record<string, string>>;
}

/** What a registry that is not in the file holds: whatever of it the file has as well does not count, but for plans. */
const OF_REGISTRY = ['tenants', 'plans', 'shared_namespaces'];

type Step = string | number;

/**
 * Every value in force, in the order of the schema, with where it came from: flags before the environment before the file
 * before defaults. Secrets are masked. Pure.
 */
export function configOrigins({ config, source, environment, flags }: ConfigSources): readonly Setting[] {
  const counter = new LineCounter();
  const root = source === undefined ? null : parseDocument(source.text, { lineCounter: counter }).contents;
  const variables = new Map(
    Object.entries(ENVIRONMENT_SETTINGS).flatMap(([name, path]) =>
      environment[name] === undefined || environment[name] === '' ? [] : [[keyOf(path), name] as const],
    ),
  );
  // A registry may have plans of its own; those of the file are in force where it has none.
  const written: unknown = root?.toJSON();
  const plans = configSchema.shape.plans.safeParse(
    typeof written === 'object' && written !== null && 'plans' in written ? written.plans : undefined,
  );
  const plansOfFile = plans.success && isDeepStrictEqual(plans.data, config.plans);
  // Of such an address knowing it may be all it takes: many carry their token in the path.
  const isHook = ([section, channels, name, key]: readonly Step[]): boolean =>
    section === 'alerts' &&
    channels === 'channels' &&
    key === 'url' &&
    config.alerts.channels[String(name)]?.type === 'webhook';
  const originOf = (path: readonly Step[]): Origin => {
    const key = keyOf(path);
    if (flags[key] !== undefined) return { from: 'flag', name: flags[key] };
    const variable = variables.get(key);
    if (variable !== undefined) return { from: 'environment', name: variable };
    const [top] = path;
    const registry = OF_REGISTRY.includes(String(top)) ? config.registry.from : undefined;
    if (registry !== undefined && (top !== 'plans' || !plansOfFile))
      return { from: 'registry', name: String(masked(registry, false)) };
    const offset = offsetOf(root, path);
    if (source !== undefined && offset !== undefined)
      return { from: 'file', file: source.file, line: counter.linePos(offset).line };
    return registry === undefined ? { from: 'default' } : { from: 'registry', name: String(masked(registry, false)) };
  };
  return leavesOf(config, []).map(({ path, value }) => ({
    key: keyOf(path),
    value: masked(value, isHook(path)),
    origin: originOf(path),
  }));
}

/** `tenants[0].resources.tables` of the steps that lead there. */
function keyOf(path: readonly Step[]): string {
  return path.reduce<string>(
    (key, step) => (typeof step === 'number' ? `${key}[${step}]` : key === '' ? step : `${key}.${step}`),
    '',
  );
}

function leavesOf(
  value: unknown,
  path: readonly Step[],
): { readonly path: readonly Step[]; readonly value: unknown }[] {
  if (Array.isArray(value) && value.some((item) => typeof item === 'object' && item !== null))
    return value.flatMap((item, index) => leavesOf(item, [...path, index]));
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    const below = Object.entries(value).flatMap(([key, item]) => leavesOf(item, [...path, key]));
    if (below.length > 0) return below;
  }
  return value === undefined ? [] : [{ path, value }];
}

/** Where the value stands in the file; undefined when it is not there. */
function offsetOf(root: Node | null, path: readonly Step[]): number | undefined {
  let node: unknown = root;
  let offset: number | undefined;
  for (const step of path) {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) return undefined;
      offset = startOf(pair.key) ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof step === 'number') {
      node = node.items[step];
      if (node === undefined) return undefined;
      offset = startOf(node) ?? offset;
    } else return undefined;
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return typeof node === 'object' && node !== null && 'range' in node && Array.isArray(node.range)
    ? (node.range[0] as number)
    : undefined;
}

/**
 * A key pasted where its path belongs, the user and password of an address, and what its query says, are not shown; of the
 * address of a hook its host alone is. References to secrets are shown.
 */
function masked(value: unknown, isHook: boolean): unknown {
  if (Array.isArray(value)) return value.map((item) => masked(item, isHook));
  if (typeof value !== 'string') return value;
  if (/PRIVATE KEY/.test(value)) return '***';
  const shown = value
    .replace(/:\/\/[^/@\s]+@/g, '://***@')
    .replace(/^(\w+:\/\/[^?#]*[?#]).+$/s, (_, before: string) => `${before}***`);
  return isHook ? shown.replace(/^(https?:\/\/[^/?#]+\/).+$/s, '$1***') : shown;
}
