/** A quoted field and the place behind its closing quote. */
export interface Quoted {
  readonly value: string;
  readonly end: number;
}

/** The quoted field that opens at `at`, as it is written; a quote after an odd number of backslashes is one of its text. */
export function readQuoted(text: string, at: number): Quoted | undefined {
  if (text[at] !== '"') return undefined;
  for (let end = text.indexOf('"', at + 1); end > 0; end = text.indexOf('"', end + 1)) {
    let before = end;
    while (text[before - 1] === '\\') before -= 1;
    if ((end - before) % 2 === 0) return { value: text.slice(at + 1, end), end: end + 1 };
  }
  return undefined;
}

const BACKSLASH = 0x5c;
const CONTROLS = new Map(
  Object.entries({ n: 10, r: 13, t: 9, b: 8, v: 11, f: 12 }).map(([k, v]) => [k.charCodeAt(0), v]),
);
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What Apache and nginx escaped (`\"`, `\\`, `\xhh` for a byte) as it came in. Bytes that are no UTF-8, such as those of a
 * TLS handshake, stay as they are written.
 */
export function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  const bytes = Buffer.from(field);
  let written = 0;
  for (let at = 0; at < bytes.length; at += 1) {
    const hex = bytes[at] === BACKSLASH ? hexByte(bytes, at + 1) : undefined;
    const escaped = bytes[at] === BACKSLASH ? bytes[at + 1] : undefined;
    bytes[written] = hex ?? (escaped === undefined ? bytes[at] : (CONTROLS.get(escaped) ?? escaped)) ?? BACKSLASH;
    at += hex !== undefined ? 3 : escaped !== undefined ? 1 : 0;
    written += 1;
  }
  try {
    return UTF8.decode(bytes.subarray(0, written));
  } catch {
    return field;
  }
}

/** The byte that `xhh` at `at` stands for. */
function hexByte(bytes: Buffer, at: number): number | undefined {
  if (bytes[at] !== 0x78) return undefined;
  const digits = bytes.toString('latin1', at + 1, at + 3);
  return /^[0-9a-f]{2}$/i.test(digits) ? Number.parseInt(digits, 16) : undefined;
}
