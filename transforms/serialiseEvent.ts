import { EVENT_SCHEMA_VERSION, type Event } from '../model/index.js';
import { columnText, flat, quote } from './jsonText.js';
import { usageText } from './usageText.js';

const START = `{"schema_version":${EVENT_SCHEMA_VERSION},"event_id":"`;

/**
 * One event as a line of NDJSON without the line end. The keys are the table's columns, in order; a column that is null is
 * left out, which every reader takes for null, and which makes a short line's event a third smaller. Quantities are written
 * as integer literals: they pass through no `number`, so 2^63-1 stays 2^63-1. Half a surrogate pair, in a value or a key,
 * becomes U+FFFD: it is no Unicode text, and one such line would make every reader refuse the whole file.
 *
 * Written as few pieces: an event has some forty columns, most of them the same for all lines of a pod, and the engine pays for
 * every piece a text is put together from. `JSON.stringify` of a copy without nulls takes four times as long.
 */
export function serialiseEvent(event: Event): string {
  let out = `${START}${event.event_id}${hourText(event.id_hour)}${event.event_time}`;
  if (event.observed_time !== null) out += `","observed_time":"${event.observed_time}`;
  out += arrivalText(event.arrival_time);
  if (event.severity_number !== null) out += `,"severity_number":${event.severity_number}`;
  if (event.severity_text !== null) out += columnText(',"severity_text":', event.severity_text);
  if (event.body !== null) out += columnText(',"body":', event.body);
  if (event.event_name !== null) out += columnText(',"event_name":', event.event_name);
  out += placeText(event);
  if (event.source_offset !== null) out += `,"source_offset":${event.source_offset}`;
  if (event.shard_id !== null) out += shardText(event.shard_id);
  if (event.sequence_number !== null) out += columnText(',"sequence_number":', event.sequence_number);
  if (event.trace_id !== null) out += columnText(',"trace_id":', event.trace_id);
  if (event.span_id !== null) out += columnText(',"span_id":', event.span_id);
  if (event.http_request_method !== null) out += columnText(',"http_request_method":', event.http_request_method);
  if (event.http_route !== null) out += columnText(',"http_route":', event.http_route);
  if (event.url_path !== null) out += columnText(',"url_path":', event.url_path);
  if (event.http_response_status_code !== null)
    out += `,"http_response_status_code":${event.http_response_status_code}`;
  if (event.duration_ms !== null) out += `,"duration_ms":${event.duration_ms}`;
  if (event.error_type !== null) out += columnText(',"error_type":', event.error_type);
  out += `,"log_bytes":${event.log_bytes}${attributesText(event.attributes)}${usageText(event.usage)}`;
  if (event.problems.length === 0) return `${out}],"problems":[]}`;
  return `${out}],"problems":[${event.problems.map(quote).join(',')}]}`;
}

// What the line before had, most lines have again: each of these keeps the text of the last value.

let lastHour: string | undefined;
let lastHourText = '';

function hourText(hour: string): string {
  if (hour !== lastHour) {
    lastHourText = flat(`","id_hour":"${hour}","event_time":"`);
    lastHour = hour;
  }
  return lastHourText;
}

let lastArrival: string | undefined;
let lastArrivalText = '';

function arrivalText(arrival: string): string {
  if (arrival !== lastArrival) {
    lastArrivalText = flat(`","arrival_time":"${arrival}"`);
    lastArrival = arrival;
  }
  return lastArrivalText;
}

let lastShard: string | undefined;
let lastShardText = '';

function shardText(shard: string): string {
  if (shard !== lastShard) {
    lastShardText = flat(columnText(',"shard_id":', shard));
    lastShard = shard;
  }
  return lastShardText;
}

const PLACE_COLUMNS = [
  'service_name',
  'cluster',
  'node',
  'namespace',
  'pod',
  'pod_uid',
  'container',
  'log_iostream',
  'source_file',
] as const;

type Place = Pick<Event, (typeof PLACE_COLUMNS)[number]>;

let lastPlace: Place | undefined;
/** By format: the lines of a pod are of a few. */
const placeTexts = new Map<string, string>();

/** What printed the line, and where. */
function placeText(event: Event): string {
  if (lastPlace === undefined || !samePlace(event, lastPlace)) {
    placeTexts.clear();
    const { service_name, cluster, node, namespace, pod, pod_uid, container, log_iostream, source_file } = event;
    lastPlace = { service_name, cluster, node, namespace, pod, pod_uid, container, log_iostream, source_file };
  }
  const known = placeTexts.get(event.format);
  if (known !== undefined) return known;
  let text = `,"format":"${event.format}"`;
  for (const column of PLACE_COLUMNS) {
    const value = event[column];
    if (value !== null) text += columnText(`,"${column}":`, value);
  }
  text = flat(text);
  placeTexts.set(event.format, text);
  return text;
}

function samePlace(one: Place, other: Place): boolean {
  return (
    one.source_file === other.source_file &&
    one.pod_uid === other.pod_uid &&
    one.pod === other.pod &&
    one.container === other.container &&
    one.service_name === other.service_name &&
    one.namespace === other.namespace &&
    one.log_iostream === other.log_iostream &&
    one.node === other.node &&
    one.cluster === other.cluster
  );
}

function attributesText(attributes: Readonly<Record<string, string>>): string {
  let out = '';
  for (const key in attributes) out += keyText(key, out === '') + quote(attributes[key] ?? '');
  return out === '' ? ',"attributes":{},"usage":[' : `${out}},"usage":[`;
}

/** Keys come again and again; a bound keeps a tenant that invents them from filling the memory. */
const KNOWN_KEYS = 1024;
const keyTexts = new Map<string, string>();

function keyText(key: string, first: boolean): string {
  let known = keyTexts.get(key);
  if (known === undefined) {
    known = flat(`,${quote(key)}:`);
    if (keyTexts.size >= KNOWN_KEYS) keyTexts.clear();
    keyTexts.set(key, known);
  }
  return first ? `,"attributes":{${known.slice(1)}` : known;
}
