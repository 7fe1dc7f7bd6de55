/** What a line's text turned out to be, before the envelope is put around it. Absent fields are null. */
export interface ParsedText {
  readonly format:
    | 'json'
    | 'emf'
    | 'nginx'
    | 'apache_common'
    | 'traefik'
    | 'envoy'
    | 'caddy'
    | 'mongodb'
    | 'mysql'
    | 'nginx_error'
    | 'k8s_audit'
    | 'stack_trace'
    | 'text'
    | 'klog'
    | 'syslog'
    | 'logfmt'
    | 'heartbeat'
    | 'alb'
    | 'cloudfront'
    | 's3_access'
    | 'cloudtrail'
    | 'cloudwatch_metric'
    | 'container_insights'
    | 'kubelet'
    | 'lambda_report'
    | 'lambda_platform';
  readonly body: string | null;
  /** Epoch milliseconds, by the application's own clock. */
  readonly time: number | null;
  /** The time as it was written, kept when it cannot be used. */
  readonly timeText: string | null;
  readonly severityNumber: number | null;
  readonly severityText: string | null;
  readonly eventName: string | null;
  readonly serviceName: string | null;
  readonly traceId: string | null;
  readonly spanId: string | null;
  readonly method: string | null;
  readonly route: string | null;
  readonly path: string | null;
  readonly status: number | null;
  readonly durationMs: number | null;
  readonly errorType: string | null;
  /** Access lines of a proxy or web server: bytes of the response. */
  readonly bytesOut: string | null;
  /** True for a line in a container runtime's frame: what it consumed is metered where it was printed first. */
  readonly copied: true | null;
  /** What fits no other field, not yet flattened. */
  readonly rest: Readonly<Record<string, unknown>>;
  /** The JSON object, for metering. */
  readonly app: Readonly<Record<string, unknown>> | undefined;
}

/** A text about which nothing is known. */
export const PLAIN: ParsedText = {
  format: 'text',
  body: null,
  time: null,
  timeText: null,
  severityNumber: null,
  severityText: null,
  eventName: null,
  serviceName: null,
  traceId: null,
  spanId: null,
  method: null,
  route: null,
  path: null,
  status: null,
  durationMs: null,
  errorType: null,
  bytesOut: null,
  copied: null,
  rest: {},
  app: undefined,
};
