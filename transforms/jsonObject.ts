/** Levels of a JSON text that are read; each costs the engine far more than its bracket. */
const DEPTH_LIMIT = 1000;
/** Shorter texts cannot nest deep enough to matter. */
const LONG = 32 * 1024;

/** The object a text is as JSON, or undefined when it is no JSON, no object, or nests deeper than any log does. */
export function jsonObject(text: string): Record<string, unknown> | undefined {
  if (text.length > LONG && nestsTooDeep(text)) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

/**
 * Sets a field of an object made here. `__proto__` is a name like any other; objects without a prototype, which would make it
 * one, cost three times as much.
 */
export function setField<T>(object: Record<string, T>, key: string, value: T): void {
  if (key === '__proto__')
    Object.defineProperty(object, key, { value, enumerable: true, writable: true, configurable: true });
  else object[key] = value;
}

/** True for a JSON object: not null, not an array. */
export function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const QUOTE = 34;
const BACKSLASH = 92;

function nestsTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at += 1) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) at = endOfString(text, at + 1);
    else if (code === 0x5b || code === 0x7b) {
      depth += 1;
      if (depth > DEPTH_LIMIT) return true;
    } else if (code === 0x5d || code === 0x7d) depth -= 1;
  }
  return false;
}

/** Place of the quote that ends the string begun before `from`; the text's end when none does. */
function endOfString(text: string, from: number): number {
  for (let at = text.indexOf('"', from); at >= 0; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === BACKSLASH) backslashes += 1;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}
