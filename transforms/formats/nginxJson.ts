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

/** The fields that a column is read from, the first that is there. */
const TIMES = ['time_iso8601', 'time_local', 'msec', '@timestamp', 'timestamp', 'time', 'ts'];
const HOSTS = ['host', 'http_host', 'server_name'];
const TARGETS = ['request_uri', 'uri'];

/**
 * Fields by the names of nginx's variables; values are numbers or their text. The others are kept as they are called, as is what a
 * column has only a part of: a target with its query, a host with its port, a time that cannot be read.
 */
export function parseNginxJson(app: Fields, text: string): ParsedText {
  const read = new Map<string, string>();
  const get = (...names: readonly string[]): string => {
    const name = names.find((one) => app[one] !== undefined && app[one] !== '' && app[one] !== '-') ?? '';
    const value = app[name];
    if (typeof value !== 'string' && typeof value !== 'number') return '';
    read.set(name, String(value));
    return String(value);
  };
  const timeText = get(...TIMES);
  const time = parseJsonTime(timeText) ?? parseNginxTime(timeText) ?? null;
  const asked = readRequestLine(get('request'));
  const method = get('request_method') || asked.method;
  const path = splitTarget(get(...TARGETS)).path || asked.path;
  const status = httpStatus(get('status'));
  const seconds = get('request_time');
  const durationMs = SECONDS.test(seconds) ? Math.round(Number(seconds) * 1e6) / 1e3 : null;
  const bytesOut = get('body_bytes_sent', 'bytes_sent') || null;
  const columns = present({
    'client.address': get('remote_addr'),
    'server.address': hostOf(get(...HOSTS)),
    'enduser.id': get('remote_user'),
    'user_agent.original': get('http_user_agent'),
  });
  const isPart = (name: string, value: string): boolean => {
    if (TIMES.includes(name)) return time === null;
    if (HOSTS.includes(name)) return hostOf(value) !== value;
    if (TARGETS.includes(name)) return value !== path;
    // Its protocol is kept of the text form neither.
    if (name === 'request') return /\?|:\/\//.test(value) || asked.path !== (path ?? value) || asked.method !== method;
    return (name === 'status' && status === null) || (name === 'request_time' && durationMs === null);
  };
  const nginx = Object.fromEntries(
    Object.entries(app).filter(([name]) => {
      const value = read.get(name);
      return value === undefined || isPart(name, value);
    }),
  );
  return {
    ...PLAIN,
    ...{ format: 'nginx', body: text, time, timeText: timeText || null, method, path, status, durationMs, bytesOut },
    rest: Object.keys(nginx).length === 0 ? columns : { ...columns, nginx },
    app,
  };
}
