import { httpStatus } from '../httpStatus.js';
import { isObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseJsonTime } from '../parseTime.js';
import { gelfSeverity, logbackSeverity, pythonSeverity, readSeverity, type Severity } from '../severity.js';
import { shortJson } from '../shortJson.js';
import { clefSeverity, isClef, renderTemplate } from './clef.js';
import { embeddedMetrics } from './embeddedMetrics.js';
import { LoggerFields } from './LoggerFields.js';
import { takeThrown } from './takeThrown.js';
import { spanIdOf, traceIdOf } from './traceIds.js';

type Fields = Readonly<Record<string, unknown>>;

/** No field is kept from having a role. */
const NONE: ReadonlySet<string> = new Set();
/** Python's `name` is the logger's; pino's and bunyan's the application's. */
const PYTHON_NAME: ReadonlySet<string> = new Set(['name']);
/** `created` may be the creation of anything in lines that are not Python's. */
const CREATED: ReadonlySet<string> = new Set(['created']);
/** zap's single letters mean something only together. */
const LETTERS: ReadonlySet<string> = new Set(['L', 'M', 'T', 'created']);

/**
 * Reads the fields of a JSON line by the names loggers and OpenTelemetry use (pino, bunyan, winston, zap, logrus, Python's,
 * log4j, logback, serilog, embedded metrics); what is not known stays in `rest`.
 */
export function parseApp(app: Fields): ParsedText {
  const metrics = embeddedMetrics(app);
  const fields = new LoggerFields(app, metrics?.names ?? ownNames(app));
  // The time of embedded metrics is the metrics' own; `time` may be one of them.
  const stated = metrics?.timestamp;
  const time =
    (stated === undefined ? null : readTime(stated)) ??
    fields.take('time', readTime) ??
    fields.take('maybeTime', readTime);
  const timeText = time?.text ?? stated ?? fields.take('time', asText);
  const level = levelOf(app, fields);
  const thrown = takeThrown(app, fields);
  // The template stays: it is what serilog's events have in common.
  const body = fields.take('body', asText) ?? (typeof app['@mt'] === 'string' ? renderTemplate(app['@mt'], app) : null);
  const method = fields.take('method', asMethod);
  const target = fields.take('path', asText) ?? fields.take('target', asTarget);
  const [path, query] = target === null ? [null] : splitTarget(target);
  const nanos = fields.take('durationNanos', durationOf);
  fields.drop('ConsumedCapacity', 'metering');
  return {
    ...PLAIN,
    format: metrics === undefined ? 'json' : 'emf',
    body,
    time: time?.at ?? null,
    timeText: timeText === null ? null : (asText(timeText) ?? shortJson(timeText)),
    severityNumber: level.number ?? (thrown.found && level.text === null ? 17 : null),
    severityText: level.text,
    eventName: fields.take('eventName', asText),
    serviceName: fields.take('service', asText),
    traceId: fields.take('traceId', traceIdOf),
    spanId: fields.take('spanId', spanIdOf),
    method,
    route: fields.take('route', asText),
    path: path ?? null,
    status: fields.take('status', httpStatus),
    durationMs: fields.take('duration', durationOf) ?? (nanos === null ? null : nanos / 1e6),
    errorType: thrown.type,
    rest: withFound(fields.rest(), thrown, query),
    app,
  };
}

function withFound(
  rest: Record<string, unknown>,
  { message, stack }: { readonly message: string | null; readonly stack: string | null },
  query: string | undefined,
): Readonly<Record<string, unknown>> {
  if (message !== null) rest['exception.message'] = message;
  if (stack !== null) rest['exception.stacktrace'] = stack;
  if (query !== undefined && query !== '') rest['url.query'] = query;
  return rest;
}

/** Fields of this line that only look like a logger's. */
function ownNames(app: Fields): ReadonlySet<string> {
  if (app.levelname !== undefined || app.levelno !== undefined) return PYTHON_NAME;
  const letters = typeof app.L === 'string' && typeof app.M === 'string';
  return letters ? CREATED : 'L' in app || 'M' in app || 'T' in app ? LETTERS : 'created' in app ? CREATED : NONE;
}

interface ReadTime {
  readonly at: number;
  readonly text: unknown;
}

function readTime(value: unknown): ReadTime | null {
  const at = parseJsonTime(isObject(value) ? log4jInstant(value) : value);
  return at === undefined ? null : { at, text: value };
}

/** log4j's JsonLayout prints `instant: {epochSecond, nanoOfSecond}`. */
function log4jInstant({ epochSecond, nanoOfSecond }: Fields): number | undefined {
  if (typeof epochSecond !== 'number' || typeof nanoOfSecond !== 'number') return undefined;
  return epochSecond * 1000 + Math.floor(nanoOfSecond / 1e6);
}

function levelOf(app: Fields, fields: LoggerFields): Severity {
  const level = fields.take('level', asLevel);
  if (isClef(app)) return clefSeverity(level);
  // GELF's numbers are syslog's.
  if (typeof level === 'number' && app.short_message !== undefined) return gelfSeverity(level);
  if (level === null && typeof app.levelno === 'number') return pythonSeverity(app.levelno);
  if (level === null && typeof app.level_value === 'number') return logbackSeverity(app.level_value);
  return readSeverity(level);
}

function splitTarget(target: string): readonly [string, string?] {
  const at = target.indexOf('?');
  return at < 0 ? [target] : [target.slice(0, at), target.slice(at + 1)];
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function asTarget(value: unknown): string | null {
  return typeof value === 'string' && value.startsWith('/') ? value : null;
}

/** Java's loggers print the method that logged under the same name. */
function asMethod(value: unknown): string | null {
  return typeof value === 'string' && /^[A-Z][A-Z-]{1,15}$/.test(value) ? value : null;
}

function asLevel(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function durationOf(given: unknown): number | null {
  const value = typeof given === 'string' && /^\d{1,12}(?:\.\d{1,9})?$/.test(given) ? Number(given) : given;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
