import { parseAccessLine } from './formats/accessLine.js';
import { parseAwsJson, parseAwsLine } from './formats/awsLine.js';
import { isEnvoyJson, parseEnvoyJson } from './formats/envoyJson.js';
import { parseEnvoyLine } from './formats/envoyLine.js';
import { parseKlog } from './formats/klog.js';
import { readLogfmt } from './formats/logfmt.js';
import { parseStackTrace } from './formats/stackTrace.js';
import { parseSyslog } from './formats/syslog.js';
import { isTraefikJson, parseTraefikJson } from './formats/traefikJson.js';
import { hexOf } from './hexOf.js';
import { httpStatus } from './httpStatus.js';
import { isObject, jsonObject } from './jsonObject.js';
import { type ParsedText, PLAIN } from './ParsedText.js';
import { parseJsonTime } from './parseTime.js';
import { readSeverity } from './severity.js';

/**
 * Recognises the text of a line, without configuration: a JSON object (embedded metrics and the access logs of traefik and
 * Envoy among them), an access line (nginx, Apache, traefik, Envoy, ALB, S3), a Lambda report, klog, syslog, logfmt, a stack trace,
 * or plain text. AWS's own lines are metered only when an importer read them: a pod may print what it likes.
 *
 * @param reference when the line was seen, epoch milliseconds: formats without a year are dated by it
 */
export function parseText(text: string, reference: number): ParsedText {
  const trimmed = text.trimEnd();
  if (trimmed.startsWith('{') && trimmed.endsWith('}')) {
    const app = jsonObject(trimmed);
    if (app !== undefined) {
      if (isTraefikJson(app)) return parseTraefikJson(app, trimmed);
      if (isEnvoyJson(app)) return parseEnvoyJson(app, trimmed);
      return parseAwsJson(app, trimmed) ?? parseApp(app);
    }
  }
  const known =
    parseAccessLine(trimmed) ??
    parseEnvoyLine(trimmed) ??
    parseKlog(trimmed, reference) ??
    parseSyslog(trimmed, reference) ??
    parseAwsLine(trimmed) ??
    parseStackTrace(trimmed);
  if (known !== undefined) return known;
  const pairs = readLogfmt(trimmed);
  // Its values are texts: usage is metered from JSON, where a number is one.
  if (pairs !== undefined) return { ...parseApp(pairs), format: 'logfmt', app: undefined };
  return { ...PLAIN, body: trimmed };
}

const TIME_KEYS = ['time', 'timestamp', 'ts', '@timestamp', '@t', 'asctime'] as const;

/** Reads the fields of a JSON line by the names loggers and OpenTelemetry use; what is not known stays in `rest`. */
export function parseApp(app: Readonly<Record<string, unknown>>): ParsedText {
  const rest = new Map(Object.entries(app));
  // A value is taken out of the rest only when it fits its column; otherwise it stays an attribute.
  const field = <T>(read: (value: unknown) => T | null, ...names: readonly string[]): T | null => {
    for (const name of names) {
      const value = rest.has(name) ? read(rest.get(name)) : null;
      if (value === null) continue;
      rest.delete(name);
      return value;
    }
    return null;
  };
  const metrics = embeddedMetrics(app);
  const timeKey = TIME_KEYS.find((key) => rest.has(key));
  const timeValue = timeKey === undefined ? (metrics?.Timestamp ?? log4jInstant(app)) : rest.get(timeKey);
  if (timeKey !== undefined) rest.delete(timeKey);
  const level = readSeverity(field(asLevel, 'level', 'severity', 'lvl', 'levelname', 'log.level', '@l'));
  const error = isObject(app.err) ? app.err : isObject(app.error) ? app.error : undefined;
  rest.delete('ConsumedCapacity');
  rest.delete('metering');
  return {
    ...PLAIN,
    format: metrics === undefined ? 'json' : 'emf',
    body: field(asText, 'msg', 'message', 'body', '@m', '@mt'),
    time: parseJsonTime(timeValue) ?? null,
    timeText: timeValue === undefined ? null : (asText(timeValue) ?? JSON.stringify(timeValue)),
    severityNumber: level.number ?? (error === undefined || level.text !== null ? null : 17),
    severityText: level.text,
    eventName: field(asText, 'event.name', 'event_name'),
    serviceName: field(asText, 'service.name', 'service', 'name'),
    traceId: field((value) => hexOf(value, 32), 'trace_id', 'traceId', 'trace.id', '@tr'),
    spanId: field((value) => hexOf(value, 16), 'span_id', 'spanId', 'span.id', '@sp'),
    method: field(asText, 'http.request.method', 'method'),
    route: field(asText, 'http.route', 'route'),
    path: field(asText, 'url.path', 'path'),
    status: field(httpStatus, 'http.response.status_code', 'status', 'statusCode'),
    durationMs: field(durationOf, 'responseTime', 'duration_ms'),
    errorType: asText(error?.type) ?? field(asText, 'error.type', 'exception.type'),
    rest: Object.fromEntries(rest),
    app,
  };
}

/** The `_aws` object of CloudWatch's embedded metric format, or undefined. */
function embeddedMetrics(app: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> | undefined {
  const { _aws: meta } = app;
  return isObject(meta) && Array.isArray(meta.CloudWatchMetrics) ? meta : undefined;
}

/** log4j's JsonLayout prints `instant: {epochSecond, nanoOfSecond}`. */
function log4jInstant({ instant }: Readonly<Record<string, unknown>>): number | undefined {
  if (!isObject(instant)) return undefined;
  const { epochSecond, nanoOfSecond } = instant;
  if (typeof epochSecond !== 'number' || typeof nanoOfSecond !== 'number') return undefined;
  return epochSecond * 1000 + Math.floor(nanoOfSecond / 1e6);
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function asLevel(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function durationOf(given: unknown): number | null {
  const value = typeof given === 'string' && /^\d{1,12}(?:\.\d{1,9})?$/.test(given) ? Number(given) : given;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
