const ESCAPE = /\\(?:x([0-9a-fA-F]{2})|u([0-9a-fA-F]{4})|U([0-9a-fA-F]{8})|([0-7]{3})|([\s\S]))/g;
const NAMED: Readonly<Record<string, string>> = {
  a: '\x07',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
  v: '\v',
  '"': '"',
  '\\': '\\',
  '/': '/',
};

/** The text of a Go string literal with its quotes, which logfmt and klog write; an escape Go does not have stays as it is. */
export function goUnquoted(quoted: string): string {
  const inner = quoted.slice(1, -1);
  if (!inner.includes('\\')) return inner;
  // What both languages escape alike, which is nearly all that is written, the engine reads faster.
  const alike = jsonText(quoted);
  if (alike !== undefined) return alike;
  return inner.replace(ESCAPE, (whole: string, ...groups: readonly (string | undefined)[]) => {
    const [byte, short, long, octal, letter = ''] = groups;
    const hex = byte ?? short ?? long;
    if (letter !== '') return NAMED[letter] ?? whole;
    const code = hex === undefined ? Number.parseInt(octal ?? '', 8) : Number.parseInt(hex, 16);
    return code <= 0x10ffff ? String.fromCodePoint(code) : whole;
  });
}

function jsonText(quoted: string): string | undefined {
  try {
    const text: unknown = JSON.parse(quoted);
    return typeof text === 'string' ? text : undefined;
  } catch {
    return undefined;
  }
}
