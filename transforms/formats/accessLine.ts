import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseNginxTime } from '../parseTime.js';

// NCSA common: addr - user [time] "request" status bytes; combined adds "referer" "agent".
const COMMON =
  /^(\S{1,64}) \S{1,64} (\S{1,256}) \[([^\]]{20,40})\] "([A-Z]{1,16}) ([^" ]{1,8192})(?: HTTP\/[\d.]{1,4})?" (\d{3}) (\d{1,18}|-)(?: "([^"]{0,8192})" "([^"]{0,8192})")?(?= |$)/;
/** ingress-nginx adds length, seconds and [upstream]. */
const INGRESS = /^ (\d{1,18}) (\d{1,9}\.\d{1,6}) \[([^\]]{0,256})\]/;
/** traefik adds the number of requests, "router", "server URL" and whole milliseconds. */
const TRAEFIK = /^ (\d{1,18}) "([^"]{0,512})" "([^"]{0,2048})" (\d{1,15})ms$/;

/**
 * An access line in NCSA's common or combined form: nginx and Apache print the latter alike (`nginx`), Apache's common form
 * (`apache_common`), ingress-nginx and traefik what they add to it.
 */
export function parseAccessLine(text: string): ParsedText | undefined {
  const match = COMMON.exec(text);
  if (match === null) return undefined;
  const [whole, client, user, time = '', method, target = '', status, bytes = '-', referer, agent] = match;
  const tail = text.slice(whole.length);
  const ingress = INGRESS.exec(tail);
  const traefik = TRAEFIK.exec(tail);
  const seconds = ingress?.[2];
  const took = traefik?.[4];
  return {
    ...PLAIN,
    format: traefik !== null ? 'traefik' : agent === undefined ? 'apache_common' : 'nginx',
    body: text,
    time: parseNginxTime(time) ?? null,
    timeText: time,
    method: method ?? null,
    path: target.split('?')[0] ?? target,
    status: Number(status),
    durationMs:
      seconds !== undefined ? Math.round(Number(seconds) * 1e6) / 1e3 : took !== undefined ? Number(took) : null,
    // Apache prints a dash for a response without a body.
    bytesOut: bytes === '-' ? '0' : bytes,
    rest: {
      'client.address': client,
      ...(agent === undefined ? {} : { 'user_agent.original': agent }),
      ...(user === '-' ? {} : { 'enduser.id': user }),
      ...(referer === undefined || referer === '-' || referer === '' ? {} : { 'http.request.header.referer': referer }),
      ...(ingress === null ? {} : { 'nginx.proxy_upstream_name': ingress[3] }),
      ...(traefik === null ? {} : { 'traefik.router': traefik[2], 'server.address': traefik[3] }),
    },
  };
}
