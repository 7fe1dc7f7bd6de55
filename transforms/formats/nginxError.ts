import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { readSeverity } from '../severity.js';

const NGINX =
  /^(\d{4})\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d) \[(debug|info|notice|warn|error|crit|alert|emerg)\] (\d{1,10})#(\d{1,10}): (?:\*(\d{1,20}) )?([\s\S]*)$/;
const PART = /, (client|server|request|upstream|host): ("[^"]{0,8192}"|[^,"]{0,512})/g;

/** A line of nginx's error log. It names no zone: UTC, which nginx's images run in. */
export function parseNginxError(text: string): ParsedText | undefined {
  const match = text.charCodeAt(4) === 47 ? NGINX.exec(text) : null;
  if (match === null) return undefined;
  const [, year, month, day, clock, level, pid, thread, connection, message = ''] = match;
  const severity = readSeverity(level);
  const parts = partsOf(message);
  const [method = '', target = ''] = (parts.get('request') ?? '').split(' ');
  return {
    ...PLAIN,
    format: 'nginx_error',
    body: message,
    time: parseIsoTime(`${year}-${month}-${day}T${clock}Z`) ?? null,
    timeText: `${year}/${month}/${day} ${clock}`,
    severityNumber: severity.number,
    severityText: severity.text,
    method: method === '' ? null : method,
    path: target === '' ? null : (target.split('?')[0] ?? target),
    rest: present({
      'process.pid': pid,
      'thread.id': thread,
      'nginx.connection': connection,
      'client.address': parts.get('client'),
      'server.address': parts.get('host'),
      'nginx.server': parts.get('server'),
      'nginx.upstream': parts.get('upstream'),
    }),
  };
}

/** What nginx says of the request stands after the message, the client first. */
function partsOf(message: string): ReadonlyMap<string, string> {
  const start = message.lastIndexOf(', client: ');
  if (start < 0) return new Map();
  return new Map(
    [...message.slice(start).matchAll(PART)].map(([, name = '', value = '']) => [name, value.replace(/^"|"$/g, '')]),
  );
}
