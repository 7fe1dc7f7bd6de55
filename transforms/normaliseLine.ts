import {
  type Envelope,
  EVENT_SCHEMA_VERSION,
  type Event,
  HEARTBEAT_HOUR_KEYS,
  HEARTBEAT_KEYS,
  type Heartbeat,
  HOUR_MS,
  isoInstant,
  type Problem,
  type Registry,
  type Source,
  startOfHour,
  type TenantId,
} from '../model/index.js';
import { eventId } from './eventId.js';
import { flattenAttributes } from './flattenAttributes.js';
import { parseApp } from './formats/loggerJson.js';
import { meterLine } from './meterLine.js';
import type { ParsedText } from './ParsedText.js';
import { PLAIN } from './ParsedText.js';
import { parseText } from './parseText.js';
import { parseIsoTime } from './parseTime.js';
import type { ReadEnvelope } from './readEnvelope.js';
import { redactorOf } from './redactorOf.js';
import { readSourceLine } from './sources/readSourceLine.js';
import type { SourceLine } from './sources/SourceLine.js';
import { COLUMN_LIMIT, cutBody, cutText, LINE_LIMIT } from './textLimits.js';

/** How far the application's own time may lie before and after the sidecar's stamp. */
export const TIME_BOUNDS = { beforeMs: 7 * 24 * HOUR_MS, afterMs: 5 * 60_000 } as const;

/** Where a line came from: what the event needs beside the envelope. */
export interface LineSource {
  readonly emitter: { readonly tenantId: TenantId; readonly shared: boolean; readonly claimed: string | undefined };
  readonly registry: Registry;
  /** Arrival of the record, epoch milliseconds. */
  readonly arrival: number;
  readonly shardId: string | null;
  readonly sequenceNumber: string | null;
  /** Identity of the record, for lines without a position. */
  readonly base: () => string;
  readonly index: number;
}

/** One line as an event of the closed schema. Pure; the same line gives the same event. */
export function normaliseLine(read: ReadEnvelope, source: LineSource): Event {
  const { envelope } = read;
  if (envelope.heartbeat !== undefined) return normaliseHeartbeat(read, envelope.heartbeat, source);
  if (envelope.source !== undefined) return normaliseSourceLine(read, envelope.source, source);
  const text = envelope.log ?? (envelope.app === undefined ? '' : JSON.stringify(envelope.app));
  const parsed =
    envelope.log === undefined
      ? envelope.app === undefined
        ? PLAIN
        : parseApp(envelope.app)
      : text.length > LINE_LIMIT
        ? { ...PLAIN, body: text }
        : parseText(text, seenAt(envelope, source));
  const noText = envelope.log === undefined && envelope.app === undefined;
  return buildEvent(
    envelope,
    parsed,
    text,
    source,
    [
      ...read.problems,
      ...(noText ? (['envelope_no_text'] as const) : []),
      ...(envelope.truncated === true ? (['line_truncated'] as const) : []),
      ...(envelope.invalid_utf8 === true ? (['line_invalid_utf8'] as const) : []),
    ],
    read,
  );
}

/** When a line was seen: its envelope's stamp, else its arrival. */
function seenAt(envelope: Partial<Envelope>, source: LineSource): number {
  return (envelope.time === undefined ? undefined : parseIsoTime(envelope.time)) ?? source.arrival;
}

/** Name of the event a sidecar's heartbeat becomes. */
export const HEARTBEAT_EVENT = 'tenantscope.heartbeat';

function normaliseHeartbeat(read: ReadEnvelope, heartbeat: Heartbeat, source: LineSource): Event {
  const told = [...HEARTBEAT_KEYS, ...HEARTBEAT_HOUR_KEYS].filter((key) => heartbeat[key] !== undefined);
  const rest = Object.fromEntries(told.map((key) => [`heartbeat.${key}`, heartbeat[key]]));
  const parsed: ParsedText = { ...PLAIN, format: 'heartbeat', eventName: HEARTBEAT_EVENT, rest };
  // Text beside a heartbeat is none of the application's: it stands in no file, so it has no place in the event.
  const { log: _log, app: _app, ...envelope } = read.envelope;
  return buildEvent(envelope, parsed, '', source, read.problems, { ...read, envelope });
}

function normaliseSourceLine(read: ReadEnvelope, from: Source, source: LineSource): Event {
  const { envelope } = read;
  const text = envelope.log ?? '';
  const line =
    text.length > LINE_LIMIT ? undefined : readSourceLine(from, text, envelope.file ?? '', seenAt(envelope, source));
  const own = line?.parsed ?? { ...PLAIN, body: text };
  // The importer knows the zone that a file's times do not name.
  const stated = from === 'logs' && own.time === null && envelope.time !== undefined;
  const parsed = stated ? { ...own, timeText: null } : own;
  const problems: Problem[] = [...read.problems, ...(line?.problems ?? ['source_unreadable' as const])];
  if (envelope.truncated === true) problems.push('line_truncated');
  // What a source reports about the past is no claim to be doubted: its own time stands, however late it is imported.
  const time = parsed.time === null ? envelope.time : isoInstant(parsed.time);
  const dated = time === undefined ? envelope : { ...envelope, time };
  return buildEvent(dated, parsed, text, source, problems, { ...read, envelope: dated }, line);
}

/** A line of an aggregate that is no JSON object: kept as text, under the tenant of its neighbours. */
export function normaliseBadLine(text: string, source: LineSource): Event {
  const read: ReadEnvelope = { envelope: {}, problems: [], unknownKeys: [] };
  return buildEvent({}, { ...PLAIN, body: text }, text, source, ['line_not_json'], read);
}

function buildEvent(
  envelope: Partial<Envelope>,
  parsed: ParsedText,
  text: string,
  source: LineSource,
  found: readonly Problem[],
  read: ReadEnvelope,
  imported?: SourceLine,
): Event {
  const problems = new Set<Problem>(found);
  const observed = envelope.time === undefined ? undefined : parseIsoTime(envelope.time);
  const time = eventTime(envelope, parsed, observed, source.arrival, problems);
  const logBytes = Buffer.byteLength(text);
  const metered = meterLine(parsed, source.emitter, logBytes, source.registry, imported);
  for (const problem of metered.problems) problems.add(problem);
  const redactor = redactorOf(source.registry);
  const redacted = new Map<string, number>();
  const clean = (value: string | null): string | null => (value === null ? null : redactor.text(value, redacted));
  const { attributes, truncated } = flattenAttributes(parsed.rest, (key, value) =>
    redactor.attribute(key, value, redacted),
  );
  if (truncated) problems.add('attributes_truncated');
  if (problems.has('time_out_of_bounds') && parsed.timeText !== null)
    attributes.time_original = parsed.timeText.slice(0, 64);
  if (read.unknownKeys.length > 0) attributes['envelope.unknown_keys'] = cutText(read.unknownKeys.join(','), 256);
  if (source.emitter.claimed !== undefined) attributes['tenantscope.claimed_tenant_id'] = source.emitter.claimed;
  if (metered.claimedConsumer !== undefined) {
    attributes['usage.claimed_tenant_id'] = cutText(metered.claimedConsumer, 256);
  }
  if (metered.unclaimed !== undefined) attributes['usage.unclaimed_resource'] = cutText(metered.unclaimed, 512);
  if (metered.crossCheck !== undefined) attributes['tenantscope.cross_check'] = metered.crossCheck;
  // Redacted before it is cut: half of a key would no longer be known for one.
  const redactedBody = clean(parsed.body);
  const body = redactedBody === null ? null : cutBody(redactedBody);
  if (body !== redactedBody) problems.add('line_truncated');
  const column = (value: string | null): string | null => {
    if (value === null || value.length <= COLUMN_LIMIT) return value;
    problems.add('line_truncated');
    return cutText(value, COLUMN_LIMIT);
  };
  const path = column(clean(parsed.path));
  if (redacted.size > 0)
    attributes['tenantscope.redacted'] = [...redacted].map(([name, count]) => `${name}=${count}`).join(',');
  return {
    schema_version: EVENT_SCHEMA_VERSION,
    event_id: eventId(envelope, text, source.base, source.index),
    id_hour: isoInstant(startOfHour(observed ?? source.arrival)),
    event_time: isoInstant(time),
    observed_time: observed === undefined ? null : isoInstant(observed),
    arrival_time: isoInstant(source.arrival),
    severity_number: parsed.severityNumber,
    severity_text: parsed.severityText,
    body,
    event_name: column(parsed.eventName),
    format: parsed.format,
    service_name: column(parsed.serviceName ?? envelope.container ?? null),
    cluster: envelope.cluster ?? null,
    node: envelope.node ?? null,
    namespace: envelope.namespace ?? null,
    pod: envelope.pod ?? null,
    pod_uid: envelope.pod_uid ?? null,
    container: envelope.container ?? null,
    log_iostream: envelope.stream ?? null,
    source_file: envelope.file ?? null,
    source_offset: envelope.offset ?? null,
    shard_id: source.shardId,
    sequence_number: source.sequenceNumber,
    trace_id: parsed.traceId,
    span_id: parsed.spanId,
    http_request_method: column(parsed.method),
    http_route: column(parsed.route),
    url_path: path,
    http_response_status_code: parsed.status,
    duration_ms: parsed.durationMs,
    error_type: column(parsed.errorType),
    log_bytes: logBytes,
    attributes,
    usage: [...metered.usage],
    problems: [...problems],
  };
}

/** The application's own time when it is near the sidecar's stamp; a tenant cannot move usage into other months. */
function eventTime(
  envelope: Partial<Envelope>,
  parsed: ParsedText,
  observed: number | undefined,
  arrival: number,
  problems: Set<Problem>,
): number {
  const runtime = envelope.cri_time === undefined ? undefined : parseIsoTime(envelope.cri_time);
  const stamp = runtime ?? observed;
  const reference = observed ?? arrival;
  if (parsed.time !== null) {
    if (parsed.time >= reference - TIME_BOUNDS.beforeMs && parsed.time <= reference + TIME_BOUNDS.afterMs)
      return parsed.time;
    problems.add('time_out_of_bounds');
  } else if (parsed.timeText !== null) {
    problems.add('time_out_of_bounds');
  }
  if (stamp === undefined && parsed.time === null) problems.add('time_missing');
  return stamp ?? arrival;
}
