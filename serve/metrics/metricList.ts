/** What is told of a metric besides its values. */
export interface MetricDefinition {
  /** Without the suffix that OpenMetrics adds to counters (`_total`) and infos (`_info`). */
  readonly name: string;
  readonly type: 'gauge' | 'counter' | 'info';
  /** Last part of the name; absent for counts and for what has no one unit. */
  readonly unit?: 'seconds' | 'ratio' | 'dollars';
  readonly help: string;
  readonly labels: readonly string[];
}

/**
 * Every metric that `/metrics` may show, in its order; docs/serve.md and examples/grafana are held to it. Names are Prometheus's:
 * base units, shares and rates as ratios. Usage has its unit as a label, as kube-state-metrics has it for resources: each meter
 * has one of its own.
 */
export const METRICS = {
  build: {
    name: 'tenantscope_build',
    type: 'info',
    help: 'Version of tenantscope, and of the Node it runs on.',
    labels: ['version', 'node_version'],
  },
  readings: {
    name: 'tenantscope_readings',
    type: 'counter',
    help: 'Readings of the lake since the start, by how they ended.',
    labels: ['result'],
  },
  readingFailed: {
    name: 'tenantscope_reading_failed',
    type: 'gauge',
    help: '1 when the last reading of the lake failed and what is shown is the one before it, else 0.',
    labels: [],
  },
  readingAt: {
    name: 'tenantscope_reading_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'When the reading that is shown began, Unix time.',
    labels: [],
  },
  readingTook: {
    name: 'tenantscope_reading_duration_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How long the reading that is shown took.',
    labels: [],
  },
  dataThrough: {
    name: 'tenantscope_data_through_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'Watermark: the end of the last full hour whose data is there, Unix time. Values of tenants are those of that hour.',
    labels: [],
  },
  dataLag: {
    name: 'tenantscope_data_lag_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'How far the watermark is behind now; it grows while nothing is booked.',
    labels: [],
  },
  completeness: {
    name: 'tenantscope_completeness_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Part of the tenants heard in the last full hour whose lines are all there, or are so by declaration; absent where nothing is known.',
    labels: [],
  },
  judgedThrough: {
    name: 'tenantscope_judged_through_timestamp_seconds',
    type: 'gauge',
    unit: 'seconds',
    help: 'End of the last hour the alerting job has judged, Unix time.',
    labels: [],
  },
  tenants: {
    name: 'tenantscope_active_tenants',
    type: 'gauge',
    help: 'Customers that used the service in the last full hour.',
    labels: ['service'],
  },
  share: {
    name: 'tenantscope_tenant_share_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: "Share of the service in the last full hour, its meters weighed by list price; all tenants' add up to 1.",
    labels: ['service', 'tenant_id'],
  },
  cost: {
    name: 'tenantscope_tenant_cost_dollars',
    type: 'gauge',
    unit: 'dollars',
    help: 'US dollars at list price in the last full hour, of services with list prices; not what is billed.',
    labels: ['service', 'tenant_id'],
  },
  usage: {
    name: 'tenantscope_tenant_usage',
    type: 'gauge',
    help: "Quantity used in the last full hour, in the meter's own unit.",
    labels: ['service', 'meter', 'unit', 'tenant_id'],
  },
  incidents: {
    name: 'tenantscope_open_incidents',
    type: 'gauge',
    help: 'Open incidents; every severity and kind is there, with 0 where none is open.',
    labels: ['severity', 'kind'],
  },
  burn: {
    name: 'tenantscope_budget_burn_ratio',
    type: 'gauge',
    unit: 'ratio',
    help: 'Spend over the rate that uses the budget up in 30 days, in the span that ends with the last full hour; absent while an hour of the span is not complete.',
    labels: ['tenant_id', 'service', 'span'],
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

/** The name a value of a metric has: with the suffix of its type. */
export function sampleName({ name, type }: MetricDefinition): string {
  return type === 'counter' ? `${name}_total` : type === 'info' ? `${name}_info` : name;
}
