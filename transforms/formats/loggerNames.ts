/** What a field of a logger's JSON means, where it has a column or one attribute name for all loggers. */
export type Role = keyof typeof NAMES;

/**
 * The names loggers give their fields, the first that can be read winning. A dot is either part of the name or a step into
 * an object, since ECS allows both. OpenTelemetry's and ECS's own names come first.
 */
const NAMES = {
  // log4j prints `instant`, its older releases `timeMillis`; GELF's and zap's numbers may be seconds with a fraction.
  time: [
    'time',
    'timestamp',
    'ts',
    '@timestamp',
    '@t',
    'asctime',
    'Timestamp',
    'timeMillis',
    'instant',
    // loguru nests Python's record.
    'record.time.timestamp',
  ],
  // Names that may mean anything: a time only when they hold one. Python's record has `created`, an epoch, beside `asctime`,
  // which names no zone.
  maybeTime: ['datetime', 't', 'T', 'created'],
  level: [
    'severity',
    'levelname',
    'level_name',
    'log.level',
    'level',
    'lvl',
    '@l',
    '@level',
    '@fields.level',
    'LogLevel',
    'Level',
    'log_level',
    'loglevel',
    'record.level.name',
    'L',
  ],
  body: [
    // logback's own encoder prints the pattern as `message`, serilog's older one as `MessageTemplate`.
    'formattedMessage',
    'RenderedMessage',
    'msg',
    'message',
    'body',
    '@m',
    '@message',
    'record.message',
    'short_message',
    'Message',
    'MessageTemplate',
    'M',
    // structlog's name for it.
    'event',
  ],
  eventName: ['event.name', 'event_name'],
  service: ['service.name', 'service', 'name', 'dd.service', 'otelServiceName'],
  traceId: [
    'trace_id',
    'traceId',
    'trace.id',
    '@tr',
    'traceID',
    'traceid',
    'TraceId',
    'otelTraceID',
    'dd.trace_id',
    'contextMap.trace_id',
    'contextMap.traceId',
    'mdc.trace_id',
    'mdc.traceId',
    'X-B3-TraceId',
    'xray_trace_id',
    'logging.googleapis.com/trace',
    '_trace_id',
    '_traceId',
  ],
  spanId: [
    'span_id',
    'spanId',
    'span.id',
    '@sp',
    'spanID',
    'spanid',
    'SpanId',
    'otelSpanID',
    'contextMap.span_id',
    'contextMap.spanId',
    'mdc.span_id',
    'mdc.spanId',
    'X-B3-SpanId',
    'logging.googleapis.com/spanId',
    '_span_id',
    '_spanId',
  ],
  method: ['http.request.method', 'method', 'req.method', 'http_method', 'RequestMethod', 'request_method'],
  route: ['http.route', 'route'],
  path: ['url.path', 'path', 'req.url', 'http_path', 'RequestPath'],
  // A path only when it looks like one: it may as well be the address of another service.
  target: ['url', 'uri', 'request_uri'],
  status: [
    'http.response.status_code',
    'status',
    'statusCode',
    'res.statusCode',
    'status_code',
    'http_status',
    'StatusCode',
    'response_status',
  ],
  duration: ['responseTime', 'duration_ms', 'durationMs', 'elapsed_ms', 'latency_ms', 'Elapsed'],
  durationNanos: ['event.duration'],
  errorType: [
    'error.type',
    'exception.type',
    'err.type',
    'error.name',
    'err.name',
    'error.kind',
    'thrown.name',
    'throwable.className',
    'exception.exception_class',
    'throwable_class',
    'exception_name',
    '_error_type',
  ],
  errorMessage: [
    'exception.message',
    'error.message',
    'err.message',
    'thrown.message',
    'throwable.message',
    'exception.exception_message',
    '_error_message',
    'error',
    'err',
  ],
  errorStack: [
    'exception.stacktrace',
    'error.stack_trace',
    'error.stack',
    'err.stack',
    'stack',
    'stack_trace',
    'exc_info',
    '@x',
    'thrown.extendedStackTrace',
    'Exception',
    'exception',
    '_error_stack_trace',
  ],
} as const satisfies Readonly<Record<string, readonly string[]>>;

/** Where a name stands: its role, and its place among the names of that role. */
export interface NameOf {
  readonly role: Role;
  readonly rank: number;
}

const ROLES: ReadonlyMap<string, NameOf> = new Map(
  (Object.keys(NAMES) as Role[]).flatMap((role) => NAMES[role].map((name, rank) => [name, { role, rank }] as const)),
);

/** Beginnings of names that may be steps into an object. */
const OBJECTS: ReadonlySet<string> = new Set(
  [...ROLES.keys()].flatMap((name) =>
    name
      .split('.')
      .slice(0, -1)
      .map((_step, index, steps) => steps.slice(0, index + 1).join('.')),
  ),
);

/** The role of a field, or undefined for one that is the application's own. */
export function roleOf(name: string): NameOf | undefined {
  return ROLES.get(name);
}

/** True when fields with a role may stand inside the object of this name. */
export function holdsRoles(name: string): boolean {
  return OBJECTS.has(name);
}
