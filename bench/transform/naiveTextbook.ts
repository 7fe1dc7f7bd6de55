import { createHash } from 'node:crypto';
import { z } from 'zod';
import {
  type Event,
  type FirehoseEvent,
  type FirehoseResponse,
  firehoseEventSchema,
  type Tenant,
  type Usage,
} from '../../model/index.js';

/**
 * The same features as tenantscope's transform for the lines of the benchmark, written as one writes them at first: a schema for
 * every object, a list searched for the tenant, every pattern run on every text, a Date for every time, a hash of the whole.
 * The benchmark holds its events equal to the transform's before it measures, so nothing is left out to look slow or fast.
 */
export function naiveTextbook(tenants: readonly Tenant[]): (raw: unknown) => FirehoseResponse {
  return (raw) => {
    const event = firehoseEventSchema.parse(raw);
    return { records: event.records.map((record) => answer(record, tenants)) };
  };
}

const envelopeSchema = z.object({
  time: z.string(),
  stream: z.string(),
  tenant_id: z.string().regex(/^[a-z0-9][a-z0-9-]{0,62}$/),
  cluster: z.string(),
  namespace: z.string(),
  pod: z.string(),
  container: z.string(),
  file: z.string(),
  offset: z.number().int().nonnegative(),
  log: z.string().optional(),
  app: z.record(z.string(), z.unknown()).optional(),
});
type Envelope = z.output<typeof envelopeSchema>;

function answer(
  record: FirehoseEvent['records'][number],
  tenants: readonly Tenant[],
): FirehoseResponse['records'][number] {
  const bytes = Buffer.from(record.data, 'base64');
  const arrival = record.kinesisRecordMetadata?.approximateArrivalTimestamp ?? record.approximateArrivalTimestamp;
  const recordHash = createHash('sha256').update(bytes).digest('hex');
  const lines = bytes
    .toString('utf8')
    .split('\n')
    .filter((line) => line.trim() !== '');
  const envelopes = lines.map((line) => envelopeSchema.parse(JSON.parse(line)));
  const owners = new Set(envelopes.map((envelope) => envelope.tenant_id));
  if (owners.size !== 1) throw new Error('mixed');
  const tenant = tenants.find(({ id }) => owners.has(id));
  if (tenant === undefined || envelopes.some(({ namespace }) => !tenant.namespaces.includes(namespace)))
    throw new Error('not proven');
  const events = envelopes.map((envelope, index) =>
    transformLine(envelope, arrival, record.kinesisRecordMetadata, `${recordHash}/${index}`),
  );
  return {
    recordId: record.recordId,
    result: 'Ok',
    data: Buffer.from(`${events.map((event) => JSON.stringify(withoutNulls(event), bigint)).join('\n')}\n`).toString(
      'base64',
    ),
    metadata: { partitionKeys: { tenant_id: tenant.id, dt: new Date(arrival).toISOString().slice(0, 10) } },
  };
}

function bigint(_key: string, value: unknown): unknown {
  return typeof value === 'bigint' ? Number(value) : value;
}

function withoutNulls(event: object): object {
  return Object.fromEntries(Object.entries(event).filter(([, value]) => value !== null));
}

const ACCESS =
  /^(\S+) \S+ (\S+) \[([^\]]+)\] "([A-Z]+) ([^" ]+)(?: HTTP\/[\d.]+)?" (\d{3}) (\d+|-)(?: "([^"]*)" "([^"]*)")?/;
const SEVERITIES: Readonly<Record<number, number>> = { 10: 1, 20: 5, 30: 9, 40: 13, 50: 17, 60: 21 };
const REDACTIONS: readonly [string, RegExp][] = [
  ['private_key', /-----BEGIN [A-Z ]{0,32}PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]{0,32}PRIVATE KEY-----|$)/g],
  ['jwt', /\beyJ[\w-]{5,4096}\.eyJ[\w-]{5,8192}\.[\w-]{5,4096}/g],
  ['aws_key', /\b(?:AKIA|ASIA)[A-Z0-9]{16}\b/g],
  ['token', /\b(?:bearer|basic)\s+[\w.~+/=-]{8,8192}/gi],
  [
    'secret',
    /(?<=(?:password|passwd|secret|api[_-]?key|access[_-]?token|authorization)["']?\s{0,4}[:=]\s{0,4}["']?)[^\s"',;&}]{3,512}/gi,
  ],
  ['card', /\b\d(?:[ -]?\d){12,18}\b/g],
];

function redact(text: string): string {
  return REDACTIONS.reduce((out, [name, pattern]) => out.replace(pattern, `[redacted:${name}]`), text);
}

interface Parsed {
  readonly format: string;
  readonly body?: string;
  readonly time?: Date;
  readonly level?: number;
  readonly traceId?: string;
  readonly method?: string;
  readonly route?: string;
  readonly path?: string;
  readonly status?: number;
  readonly duration?: number;
  readonly bytesOut?: string;
  readonly rest: Record<string, unknown>;
  readonly capacity?: { readonly TableName: string; readonly CapacityUnits: number };
  readonly operation?: string;
}

function parseJson(app: Record<string, unknown>): Parsed {
  const { level, time, trace_id, route, status, duration_ms, msg, ConsumedCapacity, ...rest } = app as {
    level: number;
    time: string;
    msg: string;
    trace_id?: string;
    route?: string;
    status?: number;
    duration_ms?: number;
    operation?: string;
    ConsumedCapacity?: { TableName: string; CapacityUnits: number };
  };
  return {
    format: 'json',
    body: msg,
    time: new Date(time),
    level,
    ...(trace_id === undefined ? {} : { traceId: trace_id }),
    ...(route === undefined ? {} : { route }),
    ...(status === undefined ? {} : { status }),
    ...(duration_ms === undefined ? {} : { duration: duration_ms }),
    ...(ConsumedCapacity === undefined ? {} : { capacity: ConsumedCapacity, operation: rest.operation ?? '' }),
    rest,
  };
}

function parseLog(text: string): Parsed {
  try {
    return parseJson(JSON.parse(text) as Record<string, unknown>);
  } catch {
    const match = ACCESS.exec(text);
    if (match === null) return { format: 'text', body: text.trimEnd(), rest: {} };
    const [, client = '', user, at = '', method = '', target = '', status, bytes, referrer, agent] = match;
    const [day, month, year, clock] = [at.slice(0, 2), at.slice(3, 6), at.slice(7, 11), at.slice(12, 20)];
    const [path = ''] = target.split('?');
    return {
      format: 'nginx',
      body: text.trimEnd(),
      time: new Date(`${day} ${month} ${year} ${clock} ${at.slice(21)}`),
      method,
      path,
      status: Number(status),
      bytesOut: bytes ?? '0',
      rest: {
        'client.address': client,
        ...(user === '-' ? {} : { 'enduser.id': user }),
        ...(referrer === '-' ? {} : { 'http.request.header.referer': referrer }),
        'user_agent.original': agent,
      },
    };
  }
}

function micros(value: number | string): bigint {
  const [whole = '0', fraction = ''] = String(value).split('.');
  return BigInt(whole) * 1_000_000n + BigInt(fraction.padEnd(6, '0'));
}

function transformLine(
  envelope: Envelope,
  arrival: number,
  metadata: FirehoseEvent['records'][number]['kinesisRecordMetadata'],
  base: string,
): object {
  const text = envelope.log ?? JSON.stringify(envelope.app);
  const parsed = envelope.app === undefined ? parseLog(text) : parseJson(envelope.app);
  const parts = [
    'position',
    envelope.cluster,
    envelope.pod,
    envelope.container,
    envelope.file,
    String(envelope.offset),
    '',
    text,
  ];
  const id = createHash('sha256')
    .update(base === '' ? '' : parts.map((part) => `${part.length}:${part}`).join(''))
    .digest('hex')
    .slice(0, 32);
  const observed = new Date(envelope.time);
  const usage: Omit<Usage, 'tenant_id' | 'quantity_micros'>[] = [];
  const entry = (
    service: string,
    resource: string,
    operation: string,
    meter: string,
    unit: string,
    quantity: bigint,
  ): object => ({
    tenant_id: envelope.tenant_id,
    service,
    resource,
    operation,
    meter,
    unit,
    kind: 'sum',
    series: '',
    quantity_micros: quantity,
  });
  const add = (...given: Parameters<typeof entry>): void => void usage.push(entry(...given) as Usage);
  if (parsed.capacity !== undefined) {
    add(
      'DynamoDB',
      parsed.capacity.TableName,
      parsed.operation ?? '',
      'read_units',
      'ReadUnits',
      micros(parsed.capacity.CapacityUnits),
    );
    add('DynamoDB', parsed.capacity.TableName, parsed.operation ?? '', 'requests', 'Requests', 1_000_000n);
  }
  if (parsed.bytesOut !== undefined) {
    add('Ingress', '', parsed.method ?? '', 'requests', 'Requests', 1_000_000n);
    add('Ingress', '', parsed.method ?? '', 'bytes_out', 'B', micros(parsed.bytesOut));
  }
  add('Pipeline', '', '', 'log_events', 'Events', 1_000_000n);
  add('Pipeline', '', '', 'log_bytes', 'B', BigInt(Buffer.byteLength(text)) * 1_000_000n);
  const event: Record<keyof Event, unknown> = {
    schema_version: 1,
    event_id: id,
    id_hour: `${observed.toISOString().slice(0, 13)}:00:00.000Z`,
    event_time: (parsed.time ?? observed).toISOString(),
    observed_time: observed.toISOString(),
    arrival_time: new Date(arrival).toISOString(),
    severity_number: parsed.level === undefined ? null : (SEVERITIES[parsed.level] ?? null),
    severity_text: parsed.level === undefined ? null : String(parsed.level),
    body: parsed.body === undefined ? null : redact(parsed.body),
    event_name: null,
    format: parsed.format,
    service_name: envelope.container,
    cluster: envelope.cluster,
    node: null,
    namespace: envelope.namespace,
    pod: envelope.pod,
    pod_uid: null,
    container: envelope.container,
    log_iostream: envelope.stream,
    source_file: envelope.file,
    source_offset: envelope.offset,
    shard_id: metadata?.shardId ?? null,
    sequence_number: metadata?.sequenceNumber ?? null,
    trace_id: parsed.traceId ?? null,
    span_id: null,
    http_request_method: parsed.method ?? null,
    http_route: parsed.route ?? null,
    url_path: parsed.path === undefined ? null : redact(parsed.path),
    http_response_status_code: parsed.status ?? null,
    duration_ms: parsed.duration ?? null,
    error_type: null,
    log_bytes: Buffer.byteLength(text),
    attributes: Object.fromEntries(Object.entries(parsed.rest).map(([key, value]) => [key, redact(String(value))])),
    usage,
    problems: [],
  };
  return event;
}
