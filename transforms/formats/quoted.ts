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

const ESCAPE = /\\(?:x([0-9A-Fa-f]{2})|(.))/gs;
const CONTROLS: Readonly<Record<string, string>> = { n: '\n', r: '\r', t: '\t', b: '\b', v: '\v', f: '\f' };
const UTF8 = new TextDecoder('utf-8', { fatal: true });

/**
 * What Apache and nginx escaped (`\"`, `\\`, `\xhh` for a byte) as it came in. Bytes that are no UTF-8, such as those of a
 * TLS handshake, stay as they are written.
 */
export function unescaped(field: string): string {
  if (!field.includes('\\')) return field;
  const bytes: Buffer[] = [];
  let at = 0;
  for (const match of field.matchAll(ESCAPE)) {
    const [whole, hex, letter = ''] = match;
    bytes.push(Buffer.from(field.slice(at, match.index)));
    bytes.push(hex === undefined ? Buffer.from(CONTROLS[letter] ?? letter) : Buffer.of(Number.parseInt(hex, 16)));
    at = match.index + whole.length;
  }
  bytes.push(Buffer.from(field.slice(at)));
  try {
    return UTF8.decode(Buffer.concat(bytes));
  } catch {
    return field;
  }
}
