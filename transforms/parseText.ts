import { isObject } from './decodeRecord.js';
import { parseKlog } from './formats/klog.js';
import { readLogfmt } from './formats/logfmt.js';
import { parseSyslog } from './formats/syslog.js';
import { type ParsedText, PLAIN } from './ParsedText.js';
import { parseJsonTime, parseNginxTime } from './parseTime.js';
import { readSeverity } from './severity.js';

/**
 * Recognises the text of a line, without configuration: a JSON object, an access line (nginx, Apache), klog, syslog, logfmt,
 * or plain text.
 *
 * @param reference when the line was seen, epoch milliseconds: formats without a year are dated by it
 */
export function parseText(text: string, reference: number): ParsedText {
  const trimmed = text.trimEnd();
  if (trimmed.startsWith('{') && trimmed.endsWith('}')) {
    const app = tryJson(trimmed);
    if (app !== undefined) return parseApp(app);
  }
  const known = parseNginx(trimmed) ?? parseKlog(trimmed, reference) ?? parseSyslog(trimmed, reference);
  if (known !== undefined) return known;
  const pairs = readLogfmt(trimmed);
  // Its values are texts: usage is metered from JSON, where a number is one.
  if (pairs !== undefined) return { ...parseApp(pairs), format: 'logfmt', app: undefined };
  return { ...PLAIN, body: trimmed };
}

function tryJson(text: string): Record<string, unknown> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

const TIME_KEYS = ['time', 'timestamp', 'ts', '@timestamp'] as const;

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
  const timeKey = TIME_KEYS.find((key) => rest.has(key));
  const timeValue = timeKey === undefined ? undefined : rest.get(timeKey);
  if (timeKey !== undefined) rest.delete(timeKey);
  const level = readSeverity(field(asLevel, 'level', 'severity', 'lvl'));
  const error = isObject(app.err) ? app.err : isObject(app.error) ? app.error : undefined;
  rest.delete('ConsumedCapacity');
  rest.delete('metering');
  return {
    ...PLAIN,
    format: 'json',
    body: field(asText, 'msg', 'message', 'body'),
    time: parseJsonTime(timeValue) ?? null,
    timeText: timeValue === undefined ? null : (asText(timeValue) ?? JSON.stringify(timeValue)),
    severityNumber: level.number ?? (error === undefined || level.text !== null ? null : 17),
    severityText: level.text,
    eventName: field(asText, 'event.name', 'event_name'),
    serviceName: field(asText, 'service.name', 'service', 'name'),
    traceId: field((value) => hexOf(value, 32), 'trace_id', 'traceId', 'trace.id'),
    spanId: field((value) => hexOf(value, 16), 'span_id', 'spanId', 'span.id'),
    method: field(asText, 'http.request.method', 'method'),
    route: field(asText, 'http.route', 'route'),
    path: field(asText, 'url.path', 'path'),
    status: field(statusOf, 'http.response.status_code', 'status', 'statusCode'),
    durationMs: field(durationOf, 'responseTime', 'duration_ms'),
    errorType: asText(error?.type) ?? field(asText, 'error.type', 'exception.type'),
    rest: Object.fromEntries(rest),
    app,
  };
}

// combined: addr - user [time] "request" status bytes "referer" "agent"; ingress-nginx adds length, seconds, [upstream].
const NGINX =
  /^(\S{1,64}) - (\S{1,256}) \[([^\]]{20,40})\] "([A-Z]{1,16}) ([^" ]{1,8192})(?: HTTP\/[\d.]{1,4})?" (\d{3}) (\d{1,18}) "([^"]{0,8192})" "([^"]{0,8192})"(?: (\d{1,18}) (\d{1,9}\.\d{1,6}) \[([^\]]{0,256})\])?/;

function parseNginx(text: string): ParsedText | undefined {
  const match = NGINX.exec(text);
  if (match === null) return undefined;
  const [, client, user, time = '', method = '', target = '', status, bytes, referer, agent, , seconds, upstream] =
    match;
  const rest: Record<string, unknown> = { 'client.address': client, 'user_agent.original': agent };
  if (user !== '-') rest['enduser.id'] = user;
  if (referer !== '-' && referer !== '') rest['http.request.header.referer'] = referer;
  if (upstream !== undefined) rest['nginx.proxy_upstream_name'] = upstream;
  return {
    ...PLAIN,
    format: 'nginx',
    body: text,
    time: parseNginxTime(time) ?? null,
    timeText: time,
    method,
    path: target.split('?')[0] ?? target,
    status: Number(status),
    durationMs: seconds === undefined ? null : Math.round(Number(seconds) * 1e6) / 1e3,
    bytesOut: bytes ?? null,
    rest,
  };
}

function asText(value: unknown): string | null {
  if (typeof value === 'string') return value;
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : null;
}

function asLevel(value: unknown): string | number | null {
  return typeof value === 'string' || typeof value === 'number' ? value : null;
}

function hexOf(value: unknown, digits: number): string | null {
  return typeof value === 'string' && value.length === digits && /^[0-9a-f]+$/.test(value) ? value : null;
}

function statusOf(value: unknown): number | null {
  const status = typeof value === 'string' ? Number(value) : value;
  return typeof status === 'number' && Number.isInteger(status) && status >= 100 && status <= 599 ? status : null;
}

function durationOf(given: unknown): number | null {
  const value = typeof given === 'string' && /^\d{1,12}(?:\.\d{1,9})?$/.test(given) ? Number(given) : given;
  return typeof value === 'number' && Number.isFinite(value) && value >= 0 ? value : null;
}
