import { firstForwarded, hostOf } from '../hostOf.js';
import { httpStatus } from '../httpStatus.js';
import { type ParsedText, PLAIN } from '../ParsedText.js';
import { parseIsoTime } from '../parseTime.js';
import { present } from '../present.js';
import { splitTarget } from '../requestTarget.js';
import { shortJson } from '../shortJson.js';

/** True for the JSON access log of Envoy, Envoy Gateway and Istio, told by two fields no logger prints. */
export function isEnvoyJson(app: Readonly<Record<string, unknown>>): boolean {
  return typeof app.response_flags === 'string' && app.response_code !== undefined;
}

/** Fields with a column, or read above the others. */
const READ = new Set([
  'start_time',
  'method',
  'path',
  'x-envoy-origin-path',
  ':authority',
  'authority',
  'response_code',
  'duration',
  'bytes_sent',
]);
const NAMES: Readonly<Record<string, string>> = {
  'user-agent': 'user_agent.original',
  user_agent: 'user_agent.original',
  protocol: 'network.protocol.name',
  upstream_transport_failure_reason: 'envoy.upstream_failure_reason',
  'x-request-id': 'envoy.request_id',
  route_name: 'envoy.route',
};

/** Every other field; those an operator added to the format are kept as well. */
function restOf(app: Readonly<Record<string, unknown>>): Record<string, string> {
  const entries = Object.entries(app).filter(([key, value]) => !READ.has(key) && value !== null);
  return Object.fromEntries(
    entries.map(([key, value]) => [NAMES[key] ?? `envoy.${key}`, typeof value === 'string' ? value : shortJson(value)]),
  );
}

/** Fields by the names Envoy Gateway and Istio give them by default; every value may be null, a number or its text. */
export function parseEnvoyJson(app: Readonly<Record<string, unknown>>, text: string): ParsedText {
  const get = (...names: readonly string[]): string => {
    const value = names
      .map((name) => app[name])
      .find((found) => found !== null && found !== undefined && found !== '-');
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
    path: splitTarget(path).path || null,
    status: httpStatus(get('response_code')),
    durationMs: /^\d{1,15}$/.test(duration) ? Number(duration) : null,
    bytesOut: sent === '-' ? null : sent,
    rest: {
      ...present({
        'client.address': firstForwarded(get('x-forwarded-for', 'x_forwarded_for', 'downstream_remote_address')),
        'server.address': hostOf(get(':authority', 'authority')),
      }),
      ...present(restOf(app)),
    },
    app,
  };
}
