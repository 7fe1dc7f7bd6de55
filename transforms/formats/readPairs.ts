import { goUnquoted } from './goQuoted.js';

// A key may hold what Go writers let through: anything but space, quote and equals sign.
const PAIR = /([^\s="]{1,128})=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;

/** `key=value key="quoted value"` from `start` to the end of the text, as texts; undefined when any part is no pair. */
export function readPairs(text: string, start: number): Record<string, string> | undefined {
  const found: Record<string, string> = Object.create(null);
  PAIR.lastIndex = start;
  while (PAIR.lastIndex < text.length) {
    const match = PAIR.exec(text);
    if (match === null) return undefined;
    const [, key = '', value = ''] = match;
    found[key] = value.startsWith('"') ? goUnquoted(value) : value;
  }
  return found;
}
