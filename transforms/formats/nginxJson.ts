import { hostOf } from '../hostOf.js';
import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseJsonTime, parseNginxTime } from '../parseTime.js';
import { present } from '../present.js';
import { splitTarget } from '../requestTarget.js';
import { readRequestLine } from './requestLine.js';

type Fields = Readonly<Record<string, unknown>>;

const SECONDS = /^\d{1,9}(?:\.\d{1,9})?$/;

/**
 * True for an access log in JSON by nginx's own names (`log_format … escape=json`), told by what it calls the bytes it sent.
 * `bytes_sent` is what applications say as well: beside a logger's message it is theirs, which is no request to count.
 */
export function isNginxJson(app: Fields): boolean {
  if (app.status === undefined || (app.request ?? app.request_uri ?? app.uri) === undefined) return false;
  if (app.body_bytes_sent !== undefined) return true;
  return app.bytes_sent !== undefined && app.msg === undefined && app.message === undefined;
}

/** Fields by the names of nginx's variables; values are numbers or their text. The others are kept as they are called. */
export function parseNginxJson(app: Fields, text: string): ParsedText {
  const get = (...names: readonly string[]): string => {
    const value = names.map((name) => app[name]).find((found) => found !== undefined && found !== '' && found !== '-');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
  };
  const time = get('time_iso8601', 'time_local', 'msec', '@timestamp', 'timestamp', 'time', 'ts');
  const asked = readRequestLine(get('request'));
  const sent = get('body_bytes_sent', 'bytes_sent');
  const seconds = get('request_time');
  const { body_bytes_sent: _sent, status: _status, request_time: _seconds, ...others } = app;
  return {
    ...PLAIN,
    format: 'nginx',
    body: text,
    time: parseJsonTime(time) ?? parseNginxTime(time) ?? null,
    timeText: time === '' ? null : time,
    method: get('request_method') || asked.method,
    path: splitTarget(get('request_uri', 'uri')).path || asked.path,
    status: httpStatus(app.status),
    durationMs: SECONDS.test(seconds) ? Math.round(Number(seconds) * 1e6) / 1e3 : null,
    bytesOut: sent || null,
    rest: {
      ...present({
        'client.address': get('remote_addr'),
        'server.address': hostOf(get('host', 'http_host', 'server_name')),
        'user_agent.original': get('http_user_agent'),
      }),
      nginx: others,
    },
    app,
  };
}
