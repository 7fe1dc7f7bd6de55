/** How the quantities of a meter add up (design decision 9). */
export const METER_KINDS = ['sum', 'counter', 'sampled', 'distinct'] as const;

/** How the quantities of a meter add up. */
export type MeterKind = (typeof METER_KINDS)[number];

/** A measurable consumption of a service. */
export interface Meter {
  readonly service: string;
  readonly meter: string;
  /** Unit of one whole quantity, as FOCUS writes units (plural, capitalised; `B` for bytes). */
  readonly unit: string;
  readonly kind: MeterKind;
  readonly description: string;
}

type Row = readonly [meter: string, unit: string, description: string, kind?: MeterKind];

const THROTTLED: Row = ['throttled_requests', 'Requests', 'attempts that were throttled, retried ones included'];

const TABLE: Readonly<Record<string, readonly Row[]>> = {
  DynamoDB: [
    ['read_units', 'ReadUnits', 'read capacity units, as ConsumedCapacity returns them'],
    ['write_units', 'WriteUnits', 'write capacity units, as ConsumedCapacity returns them'],
    ['requests', 'Requests', 'API calls'],
    THROTTLED,
  ],
  S3: [
    ['tier1_requests', 'Requests', 'PUT, COPY, POST and LIST requests'],
    ['tier2_requests', 'Requests', 'GET, SELECT and all other requests'],
    ['delete_requests', 'Requests', 'deletes and cancelled uploads, which are free'],
    ['bytes_in', 'B', 'object bytes received'],
    ['bytes_out', 'B', 'object bytes sent'],
    ['storage_gib_hours', 'GiB-Hours', 'bytes stored times hours, rounded half-even to a millionth', 'sampled'],
    THROTTLED,
  ],
  SQS: [
    ['requests', 'Requests', 'requests as billed: each 64 KiB of payload is one'],
    ['messages_sent', 'Messages', 'messages sent'],
    ['messages_received', 'Messages', 'messages received'],
    ['bytes_in', 'B', 'bytes of messages sent, attributes included'],
    ['bytes_out', 'B', 'bytes of messages received, attributes included'],
    THROTTLED,
  ],
  SNS: [
    ['requests', 'Requests', 'requests as billed: each 64 KiB of a message is one'],
    ['messages_sent', 'Messages', 'messages published'],
    ['bytes_in', 'B', 'bytes of messages published'],
    THROTTLED,
  ],
  SES: [
    ['requests', 'Requests', 'API calls'],
    ['recipients', 'Recipients', 'recipients of mails sent, which is what SES bills'],
    THROTTLED,
  ],
  Lambda: [
    ['requests', 'Requests', 'calls of the Invoke API, seen by the caller'],
    ['bytes_in', 'B', 'payload bytes sent to functions'],
    ['bytes_out', 'B', 'payload bytes functions answered with'],
    ['invocations', 'Invocations', 'invocations that ended, from REPORT lines'],
    ['mb_milliseconds', 'MB-Milliseconds', 'memory size times billed duration, from REPORT lines'],
    THROTTLED,
  ],
  Ingress: [
    ['requests', 'Requests', 'HTTP requests answered'],
    ['bytes_out', 'B', 'response body bytes'],
  ],
  ALB: [
    ['requests', 'Requests', 'requests in access logs, which are best-effort'],
    ['bytes_in', 'B', 'bytes received from clients'],
    ['bytes_out', 'B', 'bytes sent to clients'],
    ['target_seconds', 'Seconds', 'time targets took to answer'],
  ],
  CloudFront: [
    ['requests', 'Requests', 'requests in standard logs, which are best-effort'],
    ['bytes_in', 'B', 'bytes received from viewers'],
    ['bytes_out', 'B', 'bytes sent to viewers'],
  ],
  Cognito: [
    ['sign_ins', 'SignIns', 'successful sign-ins'],
    ['monthly_active_users', 'Users', 'users who signed in; each counts once a month', 'distinct'],
  ],
  EKS: [
    ['vcpu_seconds', 'vCPU-Seconds', "CPU time used, from containers' cumulative counters", 'counter'],
    ['memory_gib_seconds', 'GiB-Seconds', 'working set times the interval sampled, rounded half-even', 'sampled'],
  ],
  Pipeline: [
    ['log_events', 'Events', 'log lines in the lake'],
    ['log_bytes', 'B', "UTF-8 bytes of the lines' text, as the application wrote them"],
  ],
};

/** The built-in meters. Names are stable: they are keys of rate cards and reports. */
export const METERS: readonly Meter[] = Object.entries(TABLE).flatMap(([service, rows]) =>
  rows.map(([meter, unit, description, kind = 'sum']) => ({ service, meter, unit, kind, description })),
);

const BY_NAME = new Map(METERS.map((meter) => [`${meter.service} ${meter.meter}`, meter]));

/** The meter of a service by name, or undefined. */
export function findMeter(service: string, meter: string): Meter | undefined {
  return BY_NAME.get(`${service} ${meter}`);
}
