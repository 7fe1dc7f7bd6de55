import { RE2JS } from 're2js';
import type { BuiltinRedaction, Redaction } from '../model/index.js';

interface Rule {
  readonly name: string;
  /** Found in every text the rule applies to: most lines are passed over by this alone. */
  readonly hint?: RegExp | string;
  readonly replace: (text: string, onFound: () => void) => string;
}

interface Builtin {
  readonly pattern: RegExp;
  readonly hint: RegExp | string;
  readonly isOne?: (text: string) => boolean;
  /** Where a find really begins, not before `from`; undefined when it is none. */
  readonly startsAt?: (text: string, at: number, from: number) => number | undefined;
  /** Where a find really ends. */
  readonly endsAt?: (text: string, end: number) => number;
}

// Patterns are bounded, so a hostile line costs no more than its length.
const BUILTIN: Readonly<Record<BuiltinRedaction, Builtin>> = {
  private_key: { pattern: /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----/g, endsAt: endOfKey, hint: 'PRIVATE KEY-----' },
  jwt: { pattern: /\beyJ[\w-]{5,4096}\.eyJ[\w-]{5,8192}\.[\w-]{5,4096}/g, hint: '.eyJ' },
  aws_key: { pattern: /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g, hint: /A[KS]IA/ },
  token: { pattern: /\b(?:bearer|basic)\s+[\w.~+/=-]{8,8192}/gi, hint: /bearer|basic/i },
  secret: {
    pattern:
      /(?<=["']?(?:password|passwd|secret|api[_-]?key|access[_-]?token|authorization)["']?\s{0,4}[:=]\s{0,4}["']?)(?!\[redacted:)[^\s"',;&}]{3,512}/gi,
    hint: /passw|secret|api[_-]?key|access[_-]?token|authorization/i,
  },
  // Sought by what follows the @: trying each place as a beginning would cost a long word 64 times its length.
  email: { pattern: /@[a-z0-9-]{1,63}(?:\.[a-z0-9-]{1,63}){1,8}/gi, startsAt: startOfAddress, hint: '@' },
  card: { pattern: /\b\d(?:[ -]?\d){12,18}\b/g, hint: /\d[ -]?\d{3}/, isOne: isCardNumber },
  ip: {
    pattern:
      /\b(?:(?:25[0-5]|2[0-4]\d|1?\d?\d)\.){3}(?:25[0-5]|2[0-4]\d|1?\d?\d)\b|\b(?:[0-9a-f]{1,4}:){7}[0-9a-f]{1,4}\b|\b(?:[0-9a-f]{1,4}:){1,6}:[0-9a-f]{1,4}\b/gi,
    hint: /\d\.\d|[0-9a-f]:/i,
  },
};

/** Keys of attributes whose whole value is a secret, when that rule is on. */
const SECRET_KEY =
  /(?:^|[._-])(?:password|passwd|secret|api_?key|token|access_?token|refresh_?token|authorization|cookie)$/i;

/** Takes what must not be stored or shown out of texts. */
export interface Redactor {
  /** A text without it, each find as `[redacted:<rule>]`; `counts` is added to, by rule. */
  text(text: string, counts: Map<string, number>): string;
  /** The value of an attribute; one whose key says it is a secret goes whole. */
  attribute(key: string, value: string, counts: Map<string, number>): string;
}

/**
 * Compiles redaction rules; built-in ones run in a fixed order, from the most telling. Not a guarantee: what has no known
 * shape stays. Custom patterns were checked with the project file.
 */
export function compileRedaction(redaction: Redaction): Redactor {
  const chosen = new Set(redaction.builtin);
  const rules: Rule[] = (Object.entries(BUILTIN) as [BuiltinRedaction, Builtin][])
    .filter(([name]) => chosen.has(name))
    .map(([name, builtin]) => ({
      name,
      hint: builtin.hint,
      replace: (text, onFound) => replaceAll(text, name, builtin, onFound),
    }));
  for (const { name, pattern } of redaction.custom) rules.push(customRule(name, pattern));
  const apply = (text: string, counts: Map<string, number>): string => {
    let out = text;
    for (const { name, hint, replace } of rules) {
      if (typeof hint === 'string' ? !out.includes(hint) : hint?.test(out) === false) continue;
      out = replace(out, () => counts.set(name, (counts.get(name) ?? 0) + 1));
    }
    return out;
  };
  return {
    text: apply,
    attribute: (key, value, counts) => {
      if (!chosen.has('secret') || value === '' || !SECRET_KEY.test(key)) return apply(value, counts);
      counts.set('secret', (counts.get('secret') ?? 0) + 1);
      return '[redacted:secret]';
    },
  };
}

/** Finds of one rule in one text; a line with more is no log, and what is left of it is taken out whole. */
const FINDS_LIMIT = 10_000;

function replaceAll(text: string, name: string, builtin: Builtin, onFound: () => void): string {
  const { pattern, isOne, startsAt, endsAt } = builtin;
  let out = '';
  let from = 0;
  let finds = 0;
  pattern.lastIndex = 0;
  for (let match = pattern.exec(text); match !== null; match = pattern.exec(text)) {
    const [found] = match;
    if (isOne !== undefined && !isOne(found)) continue;
    const start = startsAt === undefined ? match.index : startsAt(text, match.index, from);
    if (start === undefined) continue;
    const end = endsAt === undefined ? match.index + found.length : endsAt(text, match.index + found.length);
    out += `${text.slice(from, start)}[redacted:${name}]`;
    from = end;
    pattern.lastIndex = end;
    onFound();
    finds += 1;
    if (finds >= FINDS_LIMIT) return `${out}[redacted:${name}]`;
  }
  return from === 0 ? text : out + text.slice(from);
}

/** A key ends with its END line; one without goes to the end of the text. */
function endOfKey(text: string, from: number): number {
  const end = text.indexOf('PRIVATE KEY-----', from);
  return end < 0 ? text.length : end + 'PRIVATE KEY-----'.length;
}

const LOCAL_PART = /[\w.%+-]/;

/** The beginning of the part before the @, at most 64 characters (RFC 5321). */
function startOfAddress(text: string, at: number, from: number): number | undefined {
  let start = at;
  while (start > from && at - start < 64 && LOCAL_PART.test(text[start - 1] ?? '')) start -= 1;
  return start === at ? undefined : start;
}

function customRule(name: string, pattern: string): Rule {
  const compiled = RE2JS.compile(pattern);
  return {
    name,
    replace: (text, onFound) => {
      const matcher = compiled.matcher(text);
      let out = '';
      let from = 0;
      let finds = 0;
      while (matcher.find()) {
        out += `${text.slice(from, matcher.start())}[redacted:${name}]`;
        from = matcher.end();
        onFound();
        finds += 1;
        if (finds >= FINDS_LIMIT) return `${out}[redacted:${name}]`;
      }
      return from === 0 ? text : out + text.slice(from);
    },
  };
}

const ZERO = 48;

/** Luhn's check, which every payment card number passes (ISO/IEC 7812-1). Spaces and hyphens between digits do not count. */
function isCardNumber(text: string): boolean {
  let sum = 0;
  let place = 0;
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const digit = text.charCodeAt(at) - ZERO;
    if (digit < 0 || digit > 9) continue;
    const value = place % 2 === 1 ? digit * 2 : digit;
    sum += value > 9 ? value - 9 : value;
    place += 1;
  }
  return sum % 10 === 0;
}
