import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { configSchema, ENVIRONMENT_SETTINGS } from '../../model/index.js';
import { code, page, table } from './markdown.js';
import { NESTED_MEANINGS, nestedKey } from './nestedMeanings.js';

/** What of JSON Schema the page shows. */
interface Schema {
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: Schema | boolean;
  readonly oneOf?: readonly Schema[];
  readonly anyOf?: readonly Schema[];
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly required?: readonly string[];
}

/** One key: `tenants[].id`, `alerts.channels.<name>.url`. */
export interface ConfigKey {
  readonly key: string;
  readonly takes: string;
  /** Empty where there is none. */
  readonly default: string;
  /** `required`, where some forms of an object alone need it with their names; empty where it may be left out. */
  readonly required: string;
}

/** A key as one form of an object has it. */
interface FormKey extends Omit<ConfigKey, 'required'> {
  readonly required: boolean;
  /** Which of several forms: what tells it from the others, `type: slack`; undefined where there is one form. */
  readonly form?: string;
  /** How many forms there are. */
  readonly forms: number;
}

/** Defaults longer than this are said to be a list. */
const LONG = 60;

/** Every key of tenantscope.yaml, in the schema's order. */
export function configKeys(): readonly ConfigKey[] {
  const schema = z.toJSONSchema(configSchema, { unrepresentable: 'any', io: 'input' }) as Schema;
  const byKey = new Map<string, FormKey[]>();
  for (const one of keysOf(schema, '')) byKey.set(one.key, [...(byKey.get(one.key) ?? []), one]);
  // A key that several forms of an object have takes what any of them takes.
  return [...byKey.values()].flatMap((all) =>
    all.slice(0, 1).map(({ key }) => ({
      key,
      takes: either(...all.map(({ takes }) => takes)),
      default: all.find((one) => one.default !== '')?.default ?? '',
      required: requiredBy(all),
    })),
  );
}

/** Of forms that have no name of their own a key is required when all that have it require it. */
function requiredBy(all: readonly FormKey[]): string {
  const needing = all.filter(({ required }) => required);
  if (needing.length === 0) return '';
  const names = needing.flatMap(({ form }) => (form === undefined ? [] : [form]));
  if (names.length < needing.length) return needing.length === all.length ? 'required' : '';
  return needing.length === all[0]?.forms ? 'required' : `required with ${namedForms(names)}`;
}

/** `type: slack`, `type: webhook` as `type: slack, webhook`. */
function namedForms(names: readonly string[]): string {
  const [key = ''] = names[0]?.split(': ') ?? [];
  return code(`${key}: ${names.map((name) => name.slice(key.length + 2)).join(', ')}`);
}

const either = (...takes: readonly string[]): string =>
  [...new Set(takes.flatMap((each) => each.split(' or ')))].join(' or ');

function keysOf(schema: Schema, path: string, form?: string, forms = 1): readonly FormKey[] {
  const own = Object.entries(schema.properties ?? {}).flatMap(([name, child]) => {
    const key = path === '' ? name : `${path}.${name}`;
    const below = belowOf(child, key);
    const row = {
      key,
      takes: takesOf(child),
      default: defaultOf(child),
      required: schema.required?.includes(name) === true,
      forms,
      ...(form === undefined ? {} : { form }),
    };
    // An object whose keys are listed needs no row of its own.
    return child.type === 'object' && below.length > 0 ? below : [row, ...below];
  });
  return own;
}

function belowOf(schema: Schema, key: string): readonly FormKey[] {
  const { items, additionalProperties: rest } = schema;
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  return [
    ...keysOf(schema, key),
    ...choices.flatMap((choice) => keysOf(choice, key, formOf(choice), choices.length)),
    ...(items === undefined ? [] : belowOf(items, `${key}[]`)),
    ...(typeof rest === 'object' ? belowOf(rest, `${key}.<name>`) : []),
  ];
}

/** What tells one form of an object from the others: the key that has one value there. */
function formOf({ properties = {} }: Schema): string | undefined {
  const [fixed] = Object.entries(properties).filter(([, { const: value }]) => typeof value === 'string');
  return fixed === undefined ? undefined : `${fixed[0]}: ${String(fixed[1].const)}`;
}

function takesOf(schema: Schema): string {
  if (schema.const !== undefined) return String(schema.const);
  if (schema.enum !== undefined) return schema.enum.map(String).join(', ');
  const choices = [...(schema.oneOf ?? []), ...(schema.anyOf ?? [])];
  if (choices.length > 0) return [...new Set(choices.map(takesOf))].join(' or ');
  if (schema.type === 'array') return `list of ${takesOf(schema.items ?? {})}`;
  if (schema.type === 'integer' || schema.type === 'number') {
    const least = schema.minimum === undefined ? '' : `, at least ${schema.minimum}`;
    const most = schema.maximum === undefined || schema.maximum > 1e15 ? '' : `, at most ${schema.maximum}`;
    return `${schema.type === 'integer' ? 'whole number' : 'number'}${least}${most}`;
  }
  if (schema.type === 'boolean') return 'true or false';
  const types = typeof schema.type === 'string' ? [schema.type] : (schema.type ?? ['value']);
  return types.map((type) => (type === 'string' ? 'text' : type)).join(' or ');
}

function defaultOf({ default: value }: Schema): string {
  if (value === undefined) return '';
  const text = JSON.stringify(value);
  return text.length <= LONG
    ? text
    : `a list of ${Array.isArray(value) ? value.length : Object.keys(Object(value)).length}`;
}

/** Meanings by key: the tables of docs/configuration.md, each with the key its section stands below. */
export function configMeanings(): ReadonlyMap<string, string> {
  const text = readFileSync('docs/configuration.md', 'utf8');
  const below: Readonly<Record<string, string>> = {
    'Reports at times': 'report_schedules[].',
    Alerts: 'alerts.',
    'Meters of your own': 'meters[].',
  };
  const meanings = new Map<string, string>();
  let prefix = '';
  for (const line of text.split('\n')) {
    const heading = /^## (.*)$/.exec(line)?.[1];
    if (heading !== undefined) prefix = below[heading] ?? '';
    const cells = line.split(/(?<!\\)\|/).map((cell) => cell.trim());
    const keys = [...(cells[1] ?? '').matchAll(/`([a-z_.[\]]+)`/g)].map((match) => match[1] ?? '');
    const meaning = cells.at(-2) ?? '';
    if (cells.length < 4) continue;
    for (const key of keys) meanings.set(`${prefix}${key}`, meaning);
  }
  return meanings;
}

/** What docs/configuration.md says of a key itself. */
export function ownMeaning(key: string, meanings: ReadonlyMap<string, string>): string | undefined {
  return meanings.get(key) ?? meanings.get(`${key}[]`);
}

/** Whether a key is required, or what it is without. */
function neededOr({ required, default: value }: ConfigKey): string {
  if (required === '' || required === 'required') return required || code(value);
  return value === '' ? required : `${required}; else ${code(value)}`;
}

/** Every key with what it takes, its default and its meaning, and the environment variables. */
export function configurationReference(): string {
  const meanings = configMeanings();
  const rows = configKeys().map((one) => {
    const text = ownMeaning(one.key, meanings)?.replaceAll(/\]\((?!https?:|#|\.\.\/)/g, '](../') ?? '';
    const meaning = (text || (NESTED_MEANINGS[nestedKey(one.key)] ?? '')).replaceAll('](#', '](../configuration.md#');
    return [code(one.key), one.takes, neededOr(one), meaning];
  });
  return page(
    'Configuration',
    'the schema that checks tenantscope.yaml, and the meanings in docs/configuration.md',
    'Examples, and what belongs together, are in [configuration.md](../configuration.md). `[]` is each entry of a list, `<name>` a name of your own.',
    table(['key', 'takes', 'default', 'meaning'], rows),
    '## Environment',
    table(
      ['variable', 'key'],
      Object.entries(ENVIRONMENT_SETTINGS).map(([name, path]) => [code(name), code(path.join('.'))]),
    ),
  );
}
