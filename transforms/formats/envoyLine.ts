import { firstForwarded, hostOf } from '../hostOf.js';
import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { splitTarget } from '../requestTarget.js';

// Envoy's default format: [start] "method path protocol" code flags received sent duration upstream-time "forwarded-for"
// "agent" "request id" "authority" "upstream". Istio puts response details, termination details and "failure reason" after
// the flags, and the cluster, addresses, server name and route at the end.
const HEAD =
  /^\[([^\]\s]{20,40})\] "(\S{1,32}) (\S{1,8192}) (\S{1,16})" (\d{1,3}) (\S{1,128})(?: (\S{1,512}) (\S{1,256}) "([^"]{0,1024})")? (\d{1,18}) (\d{1,18}) (\d{1,15}|-) (\d{1,15}|-) "/;
const BETWEEN = '" "';
/** "forwarded-for" "agent" "request id" "authority" "upstream" */
const QUOTED = 5;

/** An Envoy access line, in its default form or Istio's. */
export function parseEnvoyLine(text: string): ParsedText | undefined {
  if (!text.startsWith('[')) return undefined;
  const head = HEAD.exec(text);
  if (head === null) return undefined;
  const parts = text.slice(head[0].length).split(BETWEEN);
  const [requestId, authority, last = ''] = parts.slice(-3);
  const upstream = /^([^"]{0,512})"(?: (\S{1,512})|$)/.exec(last);
  if (parts.length < QUOTED || upstream === null) return undefined;
  const [, time = '', method = '', target = '', protocol, status, flags, details, , reason, , sent, duration] = head;
  return {
    ...PLAIN,
    format: 'envoy',
    body: text,
    time: parseIsoTime(time) ?? null,
    timeText: time,
    method: method === '-' ? null : method,
    path: splitTarget(target).path || null,
    // 0 stands for a connection that ended before there was a response.
    status: httpStatus(status),
    durationMs: duration === undefined || duration === '-' ? null : Number(duration),
    bytesOut: sent ?? null,
    rest: present({
      'client.address': firstForwarded(parts[0] ?? ''),
      'server.address': hostOf(authority ?? ''),
      // Envoy escapes no quotes: an agent may hold what separates the fields.
      'user_agent.original': parts.slice(1, -3).join(BETWEEN),
      'network.protocol.name': protocol,
      'envoy.response_flags': flags,
      'envoy.response_code_details': details,
      'envoy.upstream_failure_reason': reason,
      'envoy.request_id': requestId,
      'envoy.upstream_host': upstream[1],
      'envoy.upstream_cluster': upstream[2],
    }),
  };
}
