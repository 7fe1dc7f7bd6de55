import { firstForwarded } from '../../../transforms/hostOf.js';
import type { ParsedText } from '../../../transforms/ParsedText.js';

/** What our record says where the other project's field says `expected`; both as text, null for absent. */
export interface CorpusField {
  readonly actual: (parsed: ParsedText, expected: string) => string | null;
  /** What is expected of us, where the other project writes the same thing differently. */
  readonly expected?: (text: string) => string | null;
}

const text = (value: unknown): string | null =>
  typeof value === 'string' ? value : typeof value === 'number' ? String(value) : null;
const attribute =
  (...names: readonly string[]) =>
  (parsed: ParsedText): string | null => {
    const found = names.map((name) => text(parsed.rest[name])).find((value) => value !== null);
    return found ?? null;
  };
const nested = (parsed: ParsedText, outer: string, inner: string): string | null => {
  const holder = parsed.rest[outer];
  return typeof holder === 'object' && holder !== null ? text(Reflect.get(holder, inner)) : null;
};
const orNone = (value: string): string | null => (value === '-' || value === '' ? null : value);
/** The client alone, of a list of addresses with ports. */
const client = (list: string | null): string | null => (list === null ? null : firstForwarded(list));
const withoutPort = (address: string | null): string | null => address?.replace(/:\d{1,5}$/, '') ?? null;

const METHOD: CorpusField = { actual: ({ method }) => method };
// OpenTelemetry's url.path has no query.
const PATH: CorpusField = { actual: ({ path }) => path, expected: (path) => path.split('?')[0] ?? path };
// 0 stands for a response that was never sent.
const STATUS: CorpusField = {
  actual: ({ status }) => text(status),
  expected: (status) => (status === '0' ? null : status),
};
const AGENT: CorpusField = { actual: attribute('user_agent.original', 'request_user_agent'), expected: orNone };
const CLIENT: CorpusField = { actual: attribute('client.address', 'client_ip') };
const SERVER: CorpusField = { actual: attribute('server.address', 'host') };
const USER: CorpusField = {
  actual: (parsed) => attribute('enduser.id')(parsed) ?? nested(parsed, 'attr', 'principalName'),
  expected: orNone,
};
const ROUTER: CorpusField = { actual: attribute('traefik.router') };
const BYTES: CorpusField = { actual: (parsed) => parsed.bytesOut ?? attribute('response_body_size')(parsed) };
const TEXT_TIME: CorpusField = { actual: ({ timeText }) => timeText };
/** An instant, as finely as the other project gives it; a time that is no ISO time is compared as it was written. */
const TIME: CorpusField = {
  actual: ({ time, timeText }, expected) =>
    Number.isNaN(Date.parse(expected)) || !expected.includes('T')
      ? timeText
      : time === null
        ? null
        : new Date(expected.includes('.') ? time : Math.floor(time / 1000) * 1000).toISOString(),
  expected: (value) =>
    Number.isNaN(Date.parse(value)) || !value.includes('T') ? value : new Date(Date.parse(value)).toISOString(),
};

/** The other project's fields by ours. */
export const CORPUS_FIELDS: Readonly<Record<string, CorpusField>> = {
  'Parsed.message': {
    actual: ({ body }) => body?.trim() ?? null,
    expected: (message) => message.trim(),
  },
  // The label of their acquisition, which for us is what the line was recognised as; syslog lines name their own.
  'Parsed.program': {
    actual: ({ format, serviceName }, program) =>
      format === 'syslog' ? serviceName : format.startsWith(program) ? program : format,
  },
  'Parsed.verb': METHOD,
  'Meta.verb': METHOD,
  'Meta.http_verb': METHOD,
  'Parsed.request': PATH,
  'Meta.http_path': PATH,
  'Parsed.status': STATUS,
  'Meta.http_status': STATUS,
  'Parsed.http_user_agent': AGENT,
  'Meta.http_user_agent': AGENT,
  'Parsed.http_version': {
    actual: (parsed) =>
      attribute(
        'network.protocol.version',
        'network.protocol.name',
        'traefik.RequestProtocol',
      )(parsed)?.replace('HTTP/', '') ?? null,
  },
  'Parsed.http_referer': {
    actual: attribute('http.request.header.referer', 'request_referer'),
    expected: orNone,
  },
  'Parsed.body_bytes_sent': BYTES,
  'Parsed.bytes_sent': BYTES,
  'Parsed.bytes_received': { actual: attribute('envoy.bytes_received', 'http.request.body.size') },
  'Parsed.remote_addr': CLIENT,
  'Parsed.remote_ip': CLIENT,
  'Parsed.source_ip': CLIENT,
  'Meta.source_ip': CLIENT,
  'Parsed.raw_remote_addr': {
    actual: (parsed) => client(attribute('envoy.downstream_remote_address', 'client.address')(parsed)),
    expected: client,
  },
  'Parsed.x_forwarded_for': { actual: attribute('client.address'), expected: client },
  'Parsed.remote_user': USER,
  'Parsed.user': USER,
  'Meta.user': USER,
  'Meta.username': USER,
  'Parsed.target_fqdn': SERVER,
  'Meta.target_fqdn': SERVER,
  'Parsed.port': { actual: attribute('server.port') },
  'Meta.machine': { actual: attribute('host.name') },
  'Meta.timestamp': TIME,
  'Parsed.time': TIME,
  'Parsed.time_local': TIME,
  'Parsed.timestamp': TIME,
  'Parsed.timestamp8601': { actual: attribute('syslog.timestamp') },
  'Parsed.fastly_timestamp': { actual: (parsed) => TEXT_TIME.actual(parsed, '')?.slice(0, 19) ?? null },
  'Parsed.cri_timestamp': { actual: attribute('cri.time') },
  'Parsed.stream': { actual: attribute('log.iostream') },
  'Parsed.logtag': { actual: attribute('cri.tag') },
  'Parsed.loglevel': { actual: ({ severityText }) => severityText },
  'Parsed.pid': { actual: attribute('process.pid') },
  'Parsed.tid': { actual: attribute('thread.id') },
  'Parsed.cid': { actual: attribute('nginx.connection') },
  'Parsed.duration': { actual: ({ durationMs }) => text(durationMs) },
  // Named for milliseconds, but the nanoseconds of traefik's own field.
  'Parsed.request_duration_in_ms': {
    actual: ({ durationMs }) => text(durationMs),
    expected: (nanoseconds) => String(Math.round(Number(nanoseconds) / 1e3) / 1e3),
  },
  'Parsed.upstream_host': { actual: attribute('envoy.upstream_host') },
  'Parsed.upstream_service_time': { actual: attribute('envoy.upstream_service_time') },
  'Parsed.request_id': { actual: attribute('envoy.request_id') },
  'Parsed.response_flags': { actual: attribute('envoy.response_flags'), expected: orNone },
  'Parsed.traefik_router_name': ROUTER,
  'Meta.traefik_router_name': ROUTER,
  'Parsed.request_addr': { actual: attribute('traefik.RequestAddr') },
  'Parsed.dest_addr': { actual: (parsed) => withoutPort(attribute('traefik.ClientAddr')(parsed)) },
  'Parsed.service_addr': { actual: (parsed) => withoutPort(attribute('traefik.ServiceAddr')(parsed)) },
  'Parsed.err_code': { actual: attribute('mysql.error_code') },
  'Parsed.subsystem': { actual: attribute('mysql.subsystem') },
  'Parsed.using_password': { actual: attribute('mysql.using_password') },
  'Meta.authentication_database': { actual: (parsed) => nested(parsed, 'attr', 'authenticationDatabase') },
};

const PARTS = 'a part of the path, taken apart for their scenarios';
const THEIRS = 'how their security scenarios classify a line';
const ROUTERS = 'a part of traefik_router_name, which is compared whole';

/** Fields that have no meaning here, and why. */
export const CORPUS_EXCLUDED: Readonly<Record<string, string>> = {
  'Meta.datasource_path': 'the file of their test',
  'Meta.datasource_type': 'how their test reads the file',
  'Meta.log_type': THEIRS,
  'Meta.sub_type': THEIRS,
  'Meta.service': THEIRS,
  'Parsed.logsource': 'the name of their first stage',
  'Parsed.static_ressource': PARTS,
  'Parsed.impact_completion': PARTS,
  'Parsed.file_dir': PARTS,
  'Parsed.file_name': PARTS,
  'Parsed.file_frag': PARTS,
  'Parsed.file_ext': PARTS,
  'Parsed.http_args': PARTS,
  'Meta.http_args_len': PARTS,
  'Parsed.tz_part1': 'a part of the time, which is compared whole',
  'Parsed.tz_part2': 'a part of the time, which is compared whole',
  'Parsed.traefik_router_name_root': ROUTERS,
  'Parsed.traefik_router_leaf': ROUTERS,
  'Parsed.traefik_router_intermediate': ROUTERS,
  'Meta.traefik_router_name_root': ROUTERS,
  'Meta.traefik_router_name_leaf': ROUTERS,
  'Meta.traefik_router_name_intermediate': ROUTERS,
  'Enriched.MarshaledTime': 'Meta.timestamp once more',
};

/** Expressions that are about their machinery and no field, by what they look like. */
export const CORPUS_MACHINERY: readonly (readonly [RegExp, string])[] = [
  [/^len\(/, 'how many results a stage has'],
  [/^basename\(/, 'the file of their test'],
  [/\]\.Success == /, 'whether a stage took the line'],
  [/\]\.Evt\.Whitelisted == /, 'a decision of theirs'],
  [/\.Evt\.Unmarshaled\[/, 'the JSON of the line again, before it is read'],
];
