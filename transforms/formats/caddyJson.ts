import { httpStatus } from '../httpStatus.js';
import { isObject } from '../jsonObject.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseJsonTime } from '../parseTime.js';
import { present } from '../present.js';
import { readSeverity } from '../severity.js';

type Fields = Readonly<Record<string, unknown>>;

/** True for Caddy's access log, told by the name of its logger. */
export function isCaddyJson(app: Fields): boolean {
  return typeof app.logger === 'string' && app.logger.startsWith('http.log.access') && isObject(app.request);
}

/** Caddy's access log; durations are seconds, and a status of 0 stands for a handler that wrote none. */
export function parseCaddyJson(app: Fields, text: string): ParsedText {
  const { level, ts, logger, msg: _msg, request, duration, size, status, user_id: user, ...others } = app;
  const asked = isObject(request) ? request : {};
  const { method, uri, host, proto, client_ip: client, headers, ...askedToo } = asked;
  const { 'User-Agent': agent, ...otherHeaders } = isObject(headers) ? headers : {};
  const severity = readSeverity(level);
  return {
    ...PLAIN,
    format: 'caddy',
    body: text,
    time: parseJsonTime(ts) ?? null,
    timeText: ts === undefined ? null : String(ts),
    severityNumber: severity.number,
    severityText: severity.text,
    method: typeof method === 'string' ? method : null,
    path: typeof uri === 'string' ? (uri.split('?')[0] ?? uri) : null,
    status: httpStatus(status),
    durationMs: typeof duration === 'number' && duration >= 0 ? Math.round(duration * 1e9) / 1e6 : null,
    bytesOut: typeof size === 'number' ? String(size) : null,
    rest: {
      ...present({
        'client.address': textOf(client) ?? textOf(asked.remote_ip),
        'server.address': textOf(host),
        'user_agent.original': Array.isArray(agent) ? textOf(agent[0]) : undefined,
        'network.protocol.name': textOf(proto),
        'enduser.id': textOf(user),
        'caddy.logger': textOf(logger),
      }),
      caddy: { ...others, request: { ...askedToo, headers: otherHeaders } },
    },
    app,
  };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
