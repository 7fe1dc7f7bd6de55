import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';

// Envoy's default format: [start] "method path protocol" code flags received sent duration upstream-time "forwarded-for"
// "agent" "request id" "authority" "upstream". Istio puts response details, termination details and "failure reason" after
// the flags, and the cluster, addresses, server name and route at the end.
const ENVOY =
  /^\[([^\]\s]{20,40})\] "(\S{1,32}) (\S{1,8192}) (\S{1,16})" (\d{1,3}) (\S{1,128})(?: (\S{1,256}) (\S{1,256}) "([^"]{0,1024})")? (\d{1,18}) (\d{1,18}) (\d{1,15}|-) (\d{1,15}|-) "([^"]{0,1024})" "([^"]{0,8192})" "([^"]{0,256})" "([^"]{0,512})" "([^"]{0,512})"(?: (\S{1,512}))?/;

/** An Envoy access line, in its default form or Istio's. */
export function parseEnvoyLine(text: string): ParsedText | undefined {
  if (!text.startsWith('[')) return undefined;
  const match = ENVOY.exec(text);
  if (match === null) return undefined;
  const [, time = '', method = '', target = '', protocol, status, flags, details, , reason, , sent, duration] = match;
  const [forwarded, agent, requestId, authority, upstream, cluster] = match.slice(14);
  return {
    ...PLAIN,
    format: 'envoy',
    body: text,
    time: parseIsoTime(time) ?? null,
    timeText: time,
    method: method === '-' ? null : method,
    path: target === '-' ? null : (target.split('?')[0] ?? target),
    // 0 stands for a connection that ended before there was a response.
    status: httpStatus(status),
    durationMs: duration === undefined || duration === '-' ? null : Number(duration),
    bytesOut: sent ?? null,
    rest: present({
      'client.address': forwarded,
      'server.address': authority,
      'user_agent.original': agent,
      'network.protocol.name': protocol,
      'envoy.response_flags': flags,
      'envoy.response_code_details': details,
      'envoy.upstream_failure_reason': reason,
      'envoy.request_id': requestId,
      'envoy.upstream_host': upstream,
      'envoy.upstream_cluster': cluster,
    }),
  };
}
