import type { Event, Usage } from '../model/index.js';

/**
 * One event as a line of NDJSON without the line end. The keys are the table's columns, in order; a column that is null is
 * left out, which every reader takes for null, and which makes a short line's event a third smaller. Quantities are written
 * as integer literals: they pass through no `number`, so 2^63-1 stays 2^63-1. Half a surrogate pair, in a value or a key,
 * becomes U+FFFD: it is no Unicode text, and one such line would make every reader refuse the whole file.
 *
 * Written column by column: an event has some forty, most of them the same for all lines of a pod, and `JSON.stringify` of
 * a copy without nulls took four times as long (`npm run bench:transform`).
 */
export function serialiseEvent(event: Event): string {
  let out = `{"schema_version":${event.schema_version},"event_id":"${event.event_id}","id_hour":"${event.id_hour}","event_time":"${event.event_time}"`;
  if (event.observed_time !== null) out += `,"observed_time":"${event.observed_time}"`;
  out += `,"arrival_time":"${event.arrival_time}"`;
  if (event.severity_number !== null) out += `,"severity_number":${event.severity_number}`;
  out += column(',"severity_text":', event.severity_text);
  out += column(',"body":', event.body);
  out += column(',"event_name":', event.event_name);
  out += `,"format":"${event.format}"`;
  out += column(',"service_name":', event.service_name);
  out += placeOf(event);
  if (event.source_offset !== null) out += `,"source_offset":${event.source_offset}`;
  out += column(',"shard_id":', event.shard_id);
  out += column(',"sequence_number":', event.sequence_number);
  out += column(',"trace_id":', event.trace_id);
  out += column(',"span_id":', event.span_id);
  out += column(',"http_request_method":', event.http_request_method);
  out += column(',"http_route":', event.http_route);
  out += column(',"url_path":', event.url_path);
  if (event.http_response_status_code !== null)
    out += `,"http_response_status_code":${event.http_response_status_code}`;
  if (event.duration_ms !== null) out += `,"duration_ms":${event.duration_ms}`;
  out += column(',"error_type":', event.error_type);
  return `${out},"log_bytes":${event.log_bytes},"attributes":{${attributesText(event.attributes)}},"usage":[${usageText(event.usage)}],"problems":[${event.problems.map(quote).join(',')}]}`;
}

function column(key: string, value: string | null): string {
  return value === null ? '' : key + quote(value);
}

type Place = Pick<
  Event,
  'cluster' | 'node' | 'namespace' | 'pod' | 'pod_uid' | 'container' | 'log_iostream' | 'source_file'
>;

let lastPlace: Place | undefined;
let lastText = '';

/** Where the line was printed: the same for all lines of a file, so the text of the last one is kept. */
function placeOf(event: Place): string {
  const last = lastPlace;
  if (
    last !== undefined &&
    last.source_file === event.source_file &&
    last.pod_uid === event.pod_uid &&
    last.pod === event.pod &&
    last.container === event.container &&
    last.namespace === event.namespace &&
    last.log_iostream === event.log_iostream &&
    last.node === event.node &&
    last.cluster === event.cluster
  ) {
    return lastText;
  }
  lastText =
    column(',"cluster":', event.cluster) +
    column(',"node":', event.node) +
    column(',"namespace":', event.namespace) +
    column(',"pod":', event.pod) +
    column(',"pod_uid":', event.pod_uid) +
    column(',"container":', event.container) +
    column(',"log_iostream":', event.log_iostream) +
    column(',"source_file":', event.source_file);
  const { cluster, node, namespace, pod, pod_uid, container, log_iostream, source_file } = event;
  lastPlace = { cluster, node, namespace, pod, pod_uid, container, log_iostream, source_file };
  return lastText;
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  let out = '';
  for (const key in attributes) out += `${out === '' ? '' : ','}${quote(key)}:${quote(attributes[key] ?? '')}`;
  return out;
}

function usageText(usage: readonly Usage[]): string {
  let out = '';
  for (const { tenant_id, service, resource, operation, meter, unit, kind, series, quantity_micros } of usage) {
    // Tenants, services, meters, units and kinds are of closed sets without a character that needs an escape.
    out += `${out === '' ? '' : ','}{"tenant_id":"${tenant_id}","service":"${service}","resource":${quote(resource)},"operation":${quote(operation)},"meter":"${meter}","unit":"${unit}","kind":"${kind}","series":${quote(series)},"quantity_micros":${quantity_micros}}`;
  }
  return out;
}

/** Printable ASCII without quote and backslash: what JSON writes as it is. */
const AS_IT_IS = /^[ !#-[\]-~]*$/;
/** Beyond this length the check costs more than the native writer's copy. */
const SHORT = 64;

function quote(text: string): string {
  if (text.length <= SHORT && AS_IT_IS.test(text)) return `"${text}"`;
  return JSON.stringify(text.isWellFormed() ? text : text.toWellFormed());
}
