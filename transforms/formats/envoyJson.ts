import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';

/** True for the JSON access log of Envoy, Envoy Gateway and Istio, told by two fields no logger prints. */
export function isEnvoyJson(app: Readonly<Record<string, unknown>>): boolean {
  return typeof app.response_flags === 'string' && app.response_code !== undefined;
}

/** Fields by the names Envoy Gateway and Istio give them by default; every value may be null, a number or its text. */
export function parseEnvoyJson(app: Readonly<Record<string, unknown>>, text: string): ParsedText {
  const get = (...names: readonly string[]): string => {
    const value = names.map((name) => app[name]).find((found) => found !== null && found !== undefined);
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '-';
  };
  const time = get('start_time');
  const path = get('x-envoy-origin-path', 'path');
  const sent = get('bytes_sent');
  const duration = get('duration');
  return {
    ...PLAIN,
    format: 'envoy',
    body: text,
    time: parseIsoTime(time) ?? null,
    timeText: time === '-' ? null : time,
    method: get('method') === '-' ? null : get('method'),
    path: path === '-' ? null : (path.split('?')[0] ?? path),
    status: httpStatus(get('response_code')),
    durationMs: /^\d{1,15}$/.test(duration) ? Number(duration) : null,
    bytesOut: sent === '-' ? null : sent,
    rest: present({
      'client.address': get('x-forwarded-for', 'x_forwarded_for', 'downstream_remote_address'),
      'server.address': get(':authority', 'authority'),
      'user_agent.original': get('user-agent', 'user_agent'),
      'network.protocol.name': get('protocol'),
      'envoy.response_flags': get('response_flags'),
      'envoy.response_code_details': get('response_code_details'),
      'envoy.upstream_failure_reason': get('upstream_transport_failure_reason'),
      'envoy.request_id': get('x-request-id', 'request_id'),
      'envoy.upstream_host': get('upstream_host'),
      'envoy.upstream_cluster': get('upstream_cluster'),
      'envoy.route': get('route_name'),
    }),
    app,
  };
}
