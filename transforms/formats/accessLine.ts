import { hostOf } from '../hostOf.js';
import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseNginxTime } from '../parseTime.js';
import { present } from '../present.js';
import { readQuoted, unescaped } from './quoted.js';
import { readPairs } from './readPairs.js';
import { readRequestLine } from './requestLine.js';
import { readTraefikTail } from './traefikTail.js';

// NCSA common: addr ident user [time] "request" status bytes; combined adds "referer" "agent". Apache and nginx may put a
// virtual host first, mostly with its port; some nginx configurations leave the user out. A user's name may hold spaces, which can be told only after the dash nobody's ident is.
const HEAD =
  /^(?:([^\s:]{1,255}:\d{1,5}|[^\s:]{1,255}(?= [\w:-]{0,64}[.:][\w.:-]{1,255} - )) )?(\S{1,255}) (?:- ([^[\]]{1,256})|\S{1,64} (\S{1,256})|-) \[([^\]]{20,40})\] (?=")/;
const COUNTS = / (\d{3}|-) (\d{1,18}|-)(?= |$)/y;
/** ingress-nginx adds length, seconds and [upstream], at the end the request's id. */
const INGRESS = /^ (\d{1,18}) (\d{1,9}\.\d{1,6}) \[([^\]]{0,256})\]/;
const INGRESS_ID = / ([0-9a-f]{32})$/;
/** The nginx image's own configuration adds "X-Forwarded-For". */
const FORWARDED = /^ "([^"]{1,1024})"(?= |$)/;
/** What an operator's own log_format names: `tenant=$http_x_tenant_id rt=$request_time`. */
const PAIRS = / (?=[A-Za-z_][\w.-]{0,63}=)/;

/**
 * An access line in NCSA's common or combined form: nginx and Apache print the latter alike (`nginx`), Apache's common form
 * (`apache_common`), ingress-nginx and traefik what they add to it.
 */
export function parseAccessLine(text: string): ParsedText | undefined {
  const head = HEAD.exec(text);
  const request = head === null ? undefined : readQuoted(text, head[0].length);
  if (head === null || request === undefined) return undefined;
  COUNTS.lastIndex = request.end;
  const counts = COUNTS.exec(text);
  if (counts === null) return undefined;
  const traefik = readTraefikTail(text, COUNTS.lastIndex + 1);
  const referer = readQuoted(text, COUNTS.lastIndex + 1);
  const agent = referer === undefined ? undefined : readQuoted(text, referer.end + 1);
  const tail = text.slice(agent?.end ?? text.length);
  const forwarded = tail === '' ? null : FORWARDED.exec(tail);
  const ingress = tail === '' ? null : INGRESS.exec(tail);
  const seconds = ingress?.[2];
  const [, host, client, spaced, plain, time = ''] = head;
  const user = spaced ?? plain ?? '-';
  const [, status, bytes = '-'] = counts;
  return {
    ...PLAIN,
    format: traefik !== undefined ? 'traefik' : agent === undefined ? 'apache_common' : 'nginx',
    body: text,
    time: parseNginxTime(time) ?? null,
    timeText: time,
    ...readRequestLine(request.value),
    status: httpStatus(status),
    durationMs: seconds === undefined ? (traefik?.durationMs ?? null) : Math.round(Number(seconds) * 1e6) / 1e3,
    // Apache prints a dash for a response without a body.
    bytesOut: bytes === '-' ? '0' : bytes,
    rest: present({
      // Not of what a client sent: with a pair in its header nobody would see the tenant behind it.
      ...pairsOf(tail.slice(forwarded?.[0].length ?? 0)),
      'client.address': client,
      'server.address': host === undefined ? undefined : hostOf(host),
      // Apache prints "" for a name that was given empty.
      'enduser.id': user === '""' ? undefined : unescaped(user),
      'user_agent.original': traefik?.agent ?? (agent === undefined ? undefined : unescaped(agent.value)),
      'http.request.header.referer':
        traefik?.referer ?? (agent === undefined ? undefined : unescaped(referer?.value ?? '')),
      'http.request.header.x-forwarded-for': forwarded?.[1],
      'nginx.proxy_upstream_name': ingress?.[3],
      'nginx.request_id': ingress === null ? undefined : INGRESS_ID.exec(tail.slice(-33))?.[1],
      'traefik.router': traefik?.router,
      'traefik.server_url': traefik?.serverUrl,
    }),
  };
}

/** The pairs a line ends with, all of them or none: a referer or an agent may hold an equals sign, too. */
function pairsOf(tail: string): Record<string, string> | undefined {
  const start = tail.search(PAIRS);
  return start < 0 ? undefined : readPairs(tail, start + 1);
}
