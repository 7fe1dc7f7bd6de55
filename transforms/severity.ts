/** Severity by name, lower case, to OpenTelemetry's SeverityNumber (logs data model, appendix B). */
const BY_NAME: Readonly<Record<string, number>> = {
  trace: 1,
  finest: 1,
  silly: 1,
  debug: 5,
  finer: 5,
  verbose: 6,
  fine: 6,
  http: 7,
  config: 7,
  info: 9,
  default: 9,
  information: 9,
  informational: 9,
  notice: 10,
  warn: 13,
  warning: 13,
  error: 17,
  err: 17,
  severe: 17,
  dpanic: 18,
  crit: 18,
  panic: 19,
  alert: 19,
  fatal: 21,
  critical: 21,
  emerg: 21,
  emergency: 21,
  // Short forms: serilog's and zerolog's consoles, log15.
  trc: 1,
  trce: 1,
  dbg: 5,
  dbug: 5,
  inf: 9,
  wrn: 13,
  eror: 17,
  ftl: 21,
};

/** pino's and bunyan's numeric levels; a custom level counts as the ten below it. */
const BY_LEVEL = [1, 5, 9, 13, 17, 21];

/** A level as number and text. Null where the line states none: storage never invents INFO. */
export interface Severity {
  readonly number: number | null;
  readonly text: string | null;
}

/** Syslog's severities 0 to 7 (data model, appendix B). */
const BY_SYSLOG = [21, 19, 18, 17, 13, 10, 9, 5];
/** Python's levels by tens; one between two counts as the lower. */
const BY_PYTHON = [5, 9, 13, 17, 21];

/** Reads a level as loggers print it: a word, or a pino/bunyan number from 10 to 69, which may be quoted. */
export function readSeverity(value: unknown): Severity {
  if (typeof value === 'number') return numbered(value, BY_LEVEL);
  if (typeof value !== 'string') return { number: null, text: null };
  const text = plain(value);
  const name = text.toLowerCase();
  const number = Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? null) : unnamed(name);
  return { number, text: text.slice(0, 64) };
}

/** GELF's level is a syslog severity. */
export function gelfSeverity(value: number): Severity {
  return { number: BY_SYSLOG[value] ?? null, text: String(value) };
}

/** Python's `levelno`. */
export function pythonSeverity(value: number): Severity {
  return numbered(value, BY_PYTHON);
}

/** logback's `level_value`: thousands, tens of thousands from DEBUG on. */
export function logbackSeverity(value: number): Severity {
  return { number: value < 10_000 ? 1 : ([5, 9, 13, 17][Math.floor(value / 10_000) - 1] ?? null), text: String(value) };
}

function numbered(value: number, levels: readonly number[]): Severity {
  return { number: levels[Math.floor(value / 10) - 1] ?? null, text: String(value) };
}

/** Go's slog counts from a name: the data model's bridge puts `WARN+1` one above WARN. */
const SLOG = /^(debug|info|warn|error)([+-]\d{1,2})$/;

/** Numbers in words: pino's quoted ones, Python's `Level 25`, and zap's `Level(-2)`, which is verbosity 2. */
function unnamed(name: string): number | null {
  if (/^\d{2}$/.test(name)) return numbered(Number(name), BY_LEVEL).number;
  const [, python, verbosity] = /^level (\d{2})$|^level\(-(\d{1,3})\)$/.exec(name) ?? [];
  if (python !== undefined) return pythonSeverity(Number(python)).number;
  if (verbosity !== undefined) return Number(verbosity) < 4 ? 5 : 1;
  const [, slog = '', offset] = SLOG.exec(name) ?? [];
  return offset === undefined ? null : Math.min(24, Math.max(1, (BY_NAME[slog] ?? 0) + Number(offset)));
}

/** Consoles colour levels, and patterns pad them. */
function plain(level: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: an escape sequence is what is looked for
  const uncoloured = level.charCodeAt(0) === 27 ? level.replace(/\u001b\[[\d;]{0,16}m/g, '') : level;
  return uncoloured.trim();
}
