import { isObject } from '../jsonObject.js';
import { holdsRoles, type Role, roleOf } from './loggerNames.js';

interface Found {
  readonly rank: number;
  readonly path: readonly string[];
  readonly value: unknown;
}

type Fields = Readonly<Record<string, unknown>>;

/**
 * The fields of a JSON line by what they mean. A value is taken out of the rest only when it could be read; otherwise it
 * stays an attribute. Each field is looked at once, however many names there are: every line of every pod comes here.
 */
export class LoggerFields {
  readonly #rest: Map<string, unknown>;
  readonly #found = new Map<Role, Found[]>();

  /** @param keep names of fields that are values of the application whatever they are called */
  constructor(app: Fields, keep: ReadonlySet<string>) {
    this.#rest = new Map(Object.entries(app));
    for (const [key, value] of this.#rest) if (!keep.has(key)) this.#look(key, [key], value);
  }

  /** The first value of a role that `read` can make something of. */
  take<T>(role: Role, read: (value: unknown) => T | null): T | null {
    for (const { path, value } of this.#found.get(role) ?? []) {
      const taken = read(value);
      if (taken === null) continue;
      this.#remove(path);
      return taken;
    }
    return null;
  }

  drop(...keys: readonly string[]): void {
    for (const key of keys) this.#rest.delete(key);
  }

  rest(): Record<string, unknown> {
    return Object.fromEntries(this.#rest);
  }

  #look(name: string, path: readonly string[], value: unknown): void {
    const known = roleOf(name);
    if (known !== undefined) {
      const others = this.#found.get(known.role);
      const found = { rank: known.rank, path, value };
      if (others === undefined) this.#found.set(known.role, [found]);
      else {
        const place = others.findIndex(({ rank }) => rank > known.rank);
        others.splice(place < 0 ? others.length : place, 0, found);
      }
    }
    if (!isObject(value) || !holdsRoles(name)) return;
    for (const [key, inner] of Object.entries(value)) this.#look(`${name}.${key}`, [...path, key], inner);
  }

  #remove([key = '', ...steps]: readonly string[]): void {
    const value = this.#rest.get(key);
    const left = steps.length === 0 || !isObject(value) ? undefined : without(value, steps);
    if (left === undefined) this.#rest.delete(key);
    else this.#rest.set(key, left);
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
