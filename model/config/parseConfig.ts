import { isMap, isScalar, LineCounter, type Node, type Pair, parseDocument } from 'yaml';
import type { z } from 'zod';
import { AppError } from '../errors/AppError.js';
import { type Config, configSchema } from './configSchema.js';
import { nearestWord } from './nearestWord.js';

/** One thing wrong in a configuration file. Lines and columns count from 1. */
export interface ConfigProblem {
  readonly file: string;
  readonly line: number;
  readonly column: number;
  readonly message: string;
}

/** A problem as editors and terminals can jump to: `file:line:column: expected …, got …`. */
export function formatProblem(problem: ConfigProblem): string {
  return `${problem.file}:${problem.line}:${problem.column}: ${problem.message}`;
}

/** The configuration, or every problem at once. */
export type ParsedConfig =
  | { readonly ok: true; readonly config: Config }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** A YAML document as its schema reads it, or every problem at once. */
export type ParsedYaml<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/**
 * Reads the text of a tenantscope.yaml. Pure: `file` is only named in problems. All problems are found in one pass; a
 * key that is not known is a problem that names the nearest known one.
 *
 * @param beside keys that count as written, though they stand elsewhere
 */
export function parseConfig(text: string, file: string, beside: Readonly<Record<string, unknown>> = {}): ParsedConfig {
  const parsed = parseYaml(configSchema, text, file, beside);
  return parsed.ok ? { ok: true, config: parsed.value } : parsed;
}

/** The same for any document with a schema of strict objects. */
export function parseYaml<Schema extends z.ZodType>(
  schema: Schema,
  text: string,
  file: string,
  beside: Readonly<Record<string, unknown>> = {},
): ParsedYaml<z.output<Schema>> {
  const { document, at } = readDocument({ text, file });
  if (document.errors.length > 0) {
    return {
      ok: false,
      problems: document.errors.map((error) =>
        at(error.pos[0], `expected valid YAML, got: ${firstLine(error.message)}`),
      ),
    };
  }
  const value: unknown = document.toJS() ?? {};
  const whole: unknown = typeof value === 'object' && !Array.isArray(value) ? { ...beside, ...value } : value;
  const result = schema.safeParse(whole);
  if (result.success) return { ok: true, value: result.data };
  const problems = result.error.issues.flatMap((issue) => describeIssue(issue, schema, value, document.contents, at));
  return { ok: false, problems: inOrder(problems) };
}

/**
 * One key of a tenantscope.yaml against a schema of its own, for what the schema of the whole file leaves to whoever uses it.
 * Undefined where the key is not there. The file itself must have been read before.
 */
export function parseSection<Schema extends z.ZodType>(
  source: { readonly text: string; readonly file: string },
  key: string,
  schema: Schema,
):
  | { readonly ok: true; readonly value: z.output<Schema> | undefined }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] } {
  const { document, at } = readDocument(source);
  const root: unknown = document.toJS();
  const value = valueAt(root, [key]);
  if (value === undefined) return { ok: true, value: undefined };
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const whole = { def: { shape: { [key]: schema } } };
  const problems = result.error.issues.flatMap((issue) =>
    describeIssue({ ...issue, path: [key, ...issue.path] }, whole, root, document.contents, at),
  );
  return { ok: false, problems: inOrder(problems) };
}

function readDocument({ text, file }: { readonly text: string; readonly file: string }) {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, uniqueKeys: true });
  const at = (offset: number, message: string): ConfigProblem => {
    const position = lines.linePos(offset);
    return { file, line: position.line, column: position.col, message };
  };
  return { document, at };
}

const inOrder = (problems: readonly ConfigProblem[]): readonly ConfigProblem[] =>
  [...problems].sort((a, b) => a.line - b.line || a.column - b.column);

/** Like {@link parseConfig}, but throws CONFIG_INVALID with every problem in the message. */
export function parseConfigOrThrow(text: string, file: string, beside: Readonly<Record<string, unknown>> = {}): Config {
  const parsed = parseConfig(text, file, beside);
  if (parsed.ok) return parsed.config;
  throw configInvalid(file, parsed.problems);
}

/**
 * CONFIG_INVALID with every problem of a file.
 *
 * @param next what to type once they are mended
 */
export function configInvalid(
  file: string,
  problems: readonly ConfigProblem[],
  next = `tenantscope vet ${file}`,
): AppError {
  const count = problems.length === 1 ? 'one problem' : `${problems.length} problems`;
  return new AppError('CONFIG_INVALID', `${count} in ${file}\n${problems.map(formatProblem).join('\n')}`, {
    hint: `mend them and run: ${next}`,
  });
}

/**
 * A problem found after the file was read, at the value (with `key`: the key) that `path` leads to in its text; at the
 * nearest thing around it where there is none.
 */
export function problemAt(
  source: { readonly text: string; readonly file: string },
  path: readonly (string | number)[],
  message: string,
  key = false,
): ConfigProblem {
  const lines = new LineCounter();
  const { contents } = parseDocument(source.text, { lineCounter: lines });
  const { line, col } = lines.linePos(offsetOf(contents, path, key));
  return { file: source.file, line, column: col, message };
}

type Locate = (offset: number, message: string) => ConfigProblem;

function describeIssue(
  issue: z.core.$ZodIssue,
  schema: unknown,
  root: unknown,
  contents: Node | null,
  at: Locate,
): ConfigProblem[] {
  if (issue.code === 'unrecognized_keys') {
    const known = knownKeys(issue.path, schema, root);
    return issue.keys.map((key) => {
      const near = nearestWord(key, known);
      const offer = near === undefined ? `one of ${known.join(', ')}` : `a known key (did you mean ${near}?)`;
      return at(offsetOf(contents, [...issue.path, key], true), `expected ${offer}, got the unknown key ${key}`);
    });
  }
  const path = issue.path.map((step) => (typeof step === 'symbol' ? String(step) : step));
  const got = valueAt(root, path);
  const prefix = path.length === 0 ? '' : `${path.join('.')}: `;
  const stated = issue.message.startsWith('expected') ? issue.message : `expected ${lowerFirst(cleanZod(issue))}`;
  const message = issue.code === 'custom' && /, got /.test(stated) ? stated : `${stated}, got ${show(got)}`;
  return [at(offsetOf(contents, path, false), `${prefix}${message}`)];
}

function cleanZod(issue: z.core.$ZodIssue): string {
  if (issue.code === 'invalid_type') return `${issue.expected}`;
  if (issue.code === 'invalid_value') return `one of ${issue.values.map(String).join(', ')}`;
  return issue.message.replace(/^Invalid input: expected /, '').replace(/^Too (small|big): expected /, '');
}

function knownKeys(path: readonly PropertyKey[], whole: unknown, root: unknown): string[] {
  let schema = whole;
  let value = root;
  for (const step of path) {
    schema = child(schema, step);
    value = valueAt(value, [typeof step === 'symbol' ? String(step) : step]);
  }
  const shape = shapeOf(chosenBy(value, schema));
  return shape === undefined ? [] : Object.keys(shape);
}

function child(schema: unknown, step: PropertyKey): unknown {
  const inner = unwrap(schema);
  if (typeof step === 'number') return isDef(inner) ? inner.def.element : undefined;
  return shapeOf(inner)?.[String(step)] ?? (isDef(inner) ? inner.def.valueType : undefined);
}

/** Of a schema that is one of several by a key's value, the one this value is meant for. */
function chosenBy(value: unknown, schema: unknown): unknown {
  const inner = unwrap(schema);
  if (!isDef(inner) || inner.def.options === undefined || inner.def.discriminator === undefined) return inner;
  const { discriminator, options } = inner.def;
  const kind = valueAt(value, [discriminator]);
  return options.find((option) => {
    const literal = unwrap(shapeOf(option)?.[discriminator]);
    return isDef(literal) && literal.def.values?.includes(kind) === true;
  });
}

interface WithDef {
  readonly def: {
    readonly innerType?: unknown;
    /** What a transformed schema reads. */
    readonly in?: unknown;
    readonly element?: unknown;
    readonly shape?: Record<string, unknown>;
    /** Of a record. */
    readonly valueType?: unknown;
    /** Of a choice by the value of one key. */
    readonly options?: readonly unknown[];
    readonly discriminator?: string;
    readonly values?: readonly unknown[];
  };
}

function isDef(value: unknown): value is WithDef {
  return typeof value === 'object' && value !== null && 'def' in value;
}

function unwrap(schema: unknown): unknown {
  let current = schema;
  while (isDef(current)) {
    const inner = current.def.innerType ?? current.def.in;
    if (inner === undefined) break;
    current = inner;
  }
  return current;
}

function shapeOf(schema: unknown): Record<string, unknown> | undefined {
  const inner = unwrap(schema);
  return isDef(inner) ? inner.def.shape : undefined;
}

function offsetOf(contents: Node | null, path: readonly PropertyKey[], wantKey: boolean): number {
  let node: unknown = contents;
  let offset = contents?.range?.[0] ?? 0;
  path.forEach((step, index) => {
    if (isMap(node)) {
      const pair: Pair | undefined = node.items.find((item) => isScalar(item.key) && item.key.value === step);
      if (pair === undefined) return;
      const last = index === path.length - 1;
      const chosen = last && wantKey ? pair.key : (pair.value ?? pair.key);
      offset = startOf(chosen) ?? offset;
      node = pair.value;
    } else if (hasItems(node) && typeof step === 'number') {
      node = node.items[step];
      offset = startOf(node) ?? offset;
    }
  });
  return offset;
}

function hasItems(node: unknown): node is { items: unknown[] } {
  return typeof node === 'object' && node !== null && 'items' in node && Array.isArray(node.items);
}

function startOf(node: unknown): number | undefined {
  if (typeof node !== 'object' || node === null || !('range' in node) || !Array.isArray(node.range)) return undefined;
  return typeof node.range[0] === 'number' ? node.range[0] : undefined;
}

function valueAt(root: unknown, path: readonly (string | number)[]): unknown {
  let value: unknown = root;
  for (const step of path) {
    if (typeof value !== 'object' || value === null) return undefined;
    value = (value as Record<string | number, unknown>)[step];
  }
  return value;
}

function show(value: unknown): string {
  if (value === undefined) return 'nothing';
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function firstLine(text: string): string {
  return (text.split('\n')[0] ?? '').replace(/ at line \d+, column \d+:?$/, '');
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
