import { hexOf } from '../hexOf.js';
import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { splitTarget } from '../requestTarget.js';
import { readSeverity } from '../severity.js';

/** Fields of traefik's JSON access log that have a column, or repeat one. */
const READ = new Set([
  'RequestMethod',
  'RequestPath',
  'DownstreamStatus',
  'Duration',
  'StartUTC',
  'StartLocal',
  'time',
  'level',
  'TraceId',
  'SpanId',
]);
const NAMES: Readonly<Record<string, string>> = {
  ClientHost: 'client.address',
  RequestHost: 'server.address',
  ClientUsername: 'enduser.id',
  'request_User-Agent': 'user_agent.original',
  request_Referer: 'http.request.header.referer',
  RouterName: 'traefik.router',
  ServiceURL: 'traefik.server_url',
};

/** True for traefik's JSON access log, told by the two fields no logger prints. */
export function isTraefikJson(app: Readonly<Record<string, unknown>>): boolean {
  return typeof app.DownstreamStatus === 'number' && typeof app.RequestMethod === 'string';
}

/** traefik's JSON access log; durations are nanoseconds, absent headers `-`. */
export function parseTraefikJson(app: Readonly<Record<string, unknown>>, text: string): ParsedText {
  const { RequestPath, StartUTC, StartLocal, time, Duration, DownstreamContentSize: size } = app;
  const started = [StartUTC, StartLocal, time].find((given) => typeof given === 'string') ?? null;
  const rest = Object.entries(app).filter(([key, value]) => !READ.has(key) && value !== '-' && value !== '');
  const level = readSeverity(app.level);
  return {
    ...PLAIN,
    format: 'traefik',
    severityNumber: level.number,
    severityText: level.text,
    body: text,
    time: started === null ? null : (parseIsoTime(started) ?? null),
    timeText: started,
    traceId: hexOf(app.TraceId, 32),
    spanId: hexOf(app.SpanId, 16),
    method: typeof app.RequestMethod === 'string' ? app.RequestMethod : null,
    path: typeof RequestPath === 'string' ? splitTarget(RequestPath).path || null : null,
    status: httpStatus(String(app.DownstreamStatus)),
    durationMs: typeof Duration === 'number' && Duration >= 0 ? Math.round(Duration / 1e3) / 1e3 : null,
    bytesOut: typeof size === 'number' || typeof size === 'string' ? String(size) : null,
    rest: Object.fromEntries(rest.map(([key, value]) => [NAMES[key] ?? `traefik.${key}`, value])),
    app,
  };
}
