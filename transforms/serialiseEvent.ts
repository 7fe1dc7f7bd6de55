import type { Event } from '../model/index.js';

/**
 * `JSON.stringify` escapes a surrogate only when it stands alone. The pairs of backslashes before it are taken along, so
 * that an escaped backslash followed by "ud800" is left as it is.
 */
const LONE_SURROGATE = /(?<!\\)((?:\\\\)*)\\ud[89a-f][0-9a-f]{2}/g;

/**
 * One event as a line of NDJSON without the line end. The keys are the table's columns, in order; a column that is null is
 * left out, which every reader takes for null, and which makes a short line's event a third smaller. Quantities are written
 * as integer literals: they pass through no `number`, so 2^63-1 stays 2^63-1. Half a surrogate pair, in a value or a key,
 * becomes U+FFFD: it is no Unicode text, and one such line would make every reader refuse the whole file.
 */

export function serialiseEvent(event: Event): string {
  const { usage, problems, ...head } = event;
  const entries = usage.map(({ quantity_micros, ...entry }) => {
    return `${JSON.stringify(entry).slice(0, -1)},"quantity_micros":${quantity_micros}}`;
  });
  const text = `${JSON.stringify(withoutNulls(head)).slice(0, -1)},"usage":[${entries.join(',')}],"problems":${JSON.stringify(problems)}}`;
  return text.includes('\\ud') ? text.replace(LONE_SURROGATE, '$1\\ufffd') : text;
}

/** A copy without null columns. A replacer function would do the same at twice the time of the whole serialisation. */
function withoutNulls(head: Readonly<Record<string, unknown>>): Record<string, unknown> {
  const kept: Record<string, unknown> = {};
  for (const key in head) if (head[key] !== null) kept[key] = head[key];
  return kept;
}
