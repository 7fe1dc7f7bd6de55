/** Severity by name, lower case, to OpenTelemetry's SeverityNumber (logs data model, appendix B). */
const BY_NAME: Readonly<Record<string, number>> = {
  trace: 1,
  silly: 1,
  debug: 5,
  verbose: 6,
  http: 7,
  info: 9,
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
};

/** pino's and bunyan's numeric levels; a custom level counts as the ten below it. */
const BY_LEVEL = [1, 5, 9, 13, 17, 21];

/** A level as number and text. Null where the line states none: storage never invents INFO. */
export interface Severity {
  readonly number: number | null;
  readonly text: string | null;
}

/** Reads a level as loggers print it: a word, or a pino/bunyan number from 10 to 69. */
export function readSeverity(value: unknown): Severity {
  if (typeof value === 'number') {
    return { number: BY_LEVEL[Math.floor(value / 10) - 1] ?? null, text: String(value) };
  }
  if (typeof value !== 'string') return { number: null, text: null };
  const name = value.toLowerCase();
  return { number: Object.hasOwn(BY_NAME, name) ? (BY_NAME[name] ?? null) : null, text: value.slice(0, 64) };
}
