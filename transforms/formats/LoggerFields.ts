import { isObject, setField } from '../jsonObject.js';
import { holdsRoles, type Role, roleOf } from './loggerNames.js';

/** A value with a role; those of one role are chained, the name that wins first. */
interface Found {
  readonly rank: number;
  readonly key: string;
  /** Steps from the key's value down to the value; none for most. */
  readonly steps: readonly string[];
  readonly value: unknown;
  next: Found | undefined;
}

type Fields = Readonly<Record<string, unknown>>;

const NO_STEPS: readonly string[] = [];

/**
 * The fields of a JSON line by what they mean. A value is taken out of the rest only when it could be read; otherwise it
 * stays an attribute. Each field is looked at once, however many names there are: every line of every pod comes here.
 */
export class LoggerFields {
  readonly #app: Fields;
  readonly #found: { [role in Role]?: Found } = {};
  /** What became of fields that were taken: undefined when nothing is left of one. */
  readonly #taken = new Map<string, unknown>();

  /** @param keep names of fields that are values of the application whatever they are called */
  constructor(app: Fields, keep: ReadonlySet<string>) {
    this.#app = app;
    for (const key in app) if (keep.size === 0 || !keep.has(key)) this.#look(key, key, NO_STEPS, app[key]);
  }

  /** The first value of a role that `read` can make something of. */
  take<T>(role: Role, read: (value: unknown) => T | null): T | null {
    for (let found = this.#found[role]; found !== undefined; found = found.next) {
      const taken = read(found.value);
      if (taken === null) continue;
      this.#remove(found.key, found.steps);
      return taken;
    }
    return null;
  }

  drop(...keys: readonly string[]): void {
    for (const key of keys) this.#taken.set(key, undefined);
  }

  /** What nobody took. */
  rest(): Record<string, unknown> {
    const rest: Record<string, unknown> = {};
    for (const key in this.#app) {
      if (!this.#taken.has(key)) setField(rest, key, this.#app[key]);
      else {
        const left = this.#taken.get(key);
        if (left !== undefined) setField(rest, key, left);
      }
    }
    return rest;
  }

  #look(name: string, key: string, steps: readonly string[], value: unknown): void {
    const known = roleOf(name);
    if (known !== undefined) this.#add(known.role, { rank: known.rank, key, steps, value, next: undefined });
    if (typeof value !== 'object' || !isObject(value) || !holdsRoles(name)) return;
    for (const step in value) this.#look(`${name}.${step}`, key, [...steps, step], value[step]);
  }

  #add(role: Role, found: Found): void {
    const first = this.#found[role];
    if (first === undefined || first.rank > found.rank) {
      found.next = first;
      this.#found[role] = found;
      return;
    }
    let before = first;
    while (before.next !== undefined && before.next.rank <= found.rank) before = before.next;
    found.next = before.next;
    before.next = found;
  }

  #remove(key: string, steps: readonly string[]): void {
    const value = this.#taken.has(key) ? this.#taken.get(key) : this.#app[key];
    this.#taken.set(key, steps.length === 0 || !isObject(value) ? undefined : without(value, steps));
  }
}

/** A copy, since the object itself is metered; undefined when nothing is left. */
function without(object: Fields, [key = '', ...steps]: readonly string[]): Fields | undefined {
  const inner = object[key];
  const left = steps.length === 0 || !isObject(inner) ? undefined : without(inner, steps);
  const { [key]: _taken, ...others } = object;
  if (left !== undefined) return { ...object, [key]: left };
  return Object.keys(others).length === 0 ? undefined : others;
}
