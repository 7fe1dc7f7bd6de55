const PAIR = /([A-Za-z_][\w.@-]{0,127})=("(?:[^"\\]|\\.)*"|[^\s"]*)(?:\s+|$)/y;
/** Keys a logger always prints one of; prose that holds an equals sign does not. */
const TELLING: ReadonlySet<string> = new Set(['level', 'lvl', 'severity', 'msg', 'message', 'ts', 'time', 'timestamp']);

/**
 * logfmt (`level=info msg="hello" n=3`) as an object of texts, or undefined: every part of the line must be a pair, there
 * must be two of them, and one must be a key loggers print.
 */
export function readLogfmt(text: string): Readonly<Record<string, string>> | undefined {
  if (!/^[A-Za-z_][\w.@-]*=/.test(text)) return undefined;
  const found: Record<string, string> = Object.create(null);
  let pairs = 0;
  let telling = false;
  PAIR.lastIndex = 0;
  while (PAIR.lastIndex < text.length) {
    const match = PAIR.exec(text);
    if (match === null) return undefined;
    const [, key = '', value = ''] = match;
    found[key] = value.startsWith('"') ? unquoted(value) : value;
    pairs += 1;
    telling ||= TELLING.has(key);
  }
  return pairs >= 2 && telling ? found : undefined;
}

/** Go's quoting, which logfmt writers use, is JSON's for what they print; anything else keeps its backslashes. */
function unquoted(value: string): string {
  try {
    return String(JSON.parse(value));
  } catch {
    return value.slice(1, -1);
  }
}
