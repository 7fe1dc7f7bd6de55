import type { Template } from 'aws-cdk-lib/assertions';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { METRIC_NAMESPACE, powertoolsTelemetry } from '../../../transforms/telemetry/powertoolsTelemetry.js';
import { settingsOf, templatesOf } from '../synthesise.js';

interface Widget {
  readonly type: string;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
  readonly properties: {
    readonly title?: string;
    readonly markdown?: string;
    readonly alarms?: readonly string[];
    readonly metrics?: readonly unknown[][];
    readonly annotations?: { readonly horizontal?: readonly { readonly label?: string; readonly value: number }[] };
  };
}

const templates = templatesOf(
  settingsOf({
    cells: [{ id: 'gold', partition_quota: 1000 }],
    alarms: { runbooks_url: 'https://wiki.example.com/runbooks/' },
  }),
);

/** A dashboard's widgets, with names in the place of references. */
function widgetsOf(stack: string): { readonly name: string; readonly widgets: readonly Widget[] } {
  const [resource] = Object.values((templates[stack] as Template).findResources('AWS::CloudWatch::Dashboard')) as {
    Properties: { DashboardName: string; DashboardBody: unknown };
  }[];
  const text = (value: unknown): string => {
    if (typeof value === 'string') return value;
    const [[key, inside] = ['', undefined]] = Object.entries(value as object);
    if (key === 'Fn::Join') return (inside as [string, unknown[]])[1].map(text).join('');
    return String(Array.isArray(inside) ? inside[0] : inside);
  };
  const body = JSON.parse(text(resource?.Properties.DashboardBody)) as { widgets: Widget[] };
  return { name: resource?.Properties.DashboardName ?? '', widgets: body.widgets };
}

const cell = widgetsOf('tenantscope-cell-gold');
const fleet = widgetsOf('tenantscope-fleet');
const alarms = Object.values(
  (templates['tenantscope-cell-gold'] as Template).findResources('AWS::CloudWatch::Alarm'),
).map(
  (resource) => (resource as { Properties: { AlarmName: string; MetricName: string; Threshold: number } }).Properties,
);

describe('the dashboard of a cell', () => {
  it('draws every alarm of the cell into the graph of its metric, with its runbook below', () => {
    expect(cell.name).toBe('tenantscope-cell-gold');
    for (const { AlarmName, MetricName, Threshold } of alarms) {
      const page = `https://wiki.example.com/runbooks/${AlarmName.replace('tenantscope-gold-', '')}.md`;
      const note = cell.widgets.find(({ properties }) => properties.markdown?.includes(`(${page})`));
      const graph = cell.widgets.find(({ x, y, height }) => x === note?.x && y + height === note?.y);
      expect(graph?.properties.metrics?.map(([, metric]) => metric)).toContain(MetricName);
      expect(graph?.properties.annotations?.horizontal?.map(({ value }) => value)).toContain(Threshold);
    }
  });

  it('shows partitions against the quota, and how long Firehose waits for the transform', () => {
    const lines = cell.widgets.flatMap(({ properties }) => properties.annotations?.horizontal ?? []);
    expect(lines).toContainEqual(expect.objectContaining({ label: 'quota', value: 1000 }));
    expect(lines).toContainEqual(expect.objectContaining({ label: 'Firehose gives up', value: 300_000 }));
  });
});

describe('the dashboard of the fleet', () => {
  it('shows each cell beside the others, those that call, and where to read on', () => {
    expect(fleet.name).toBe('tenantscope-fleet');
    const lag = fleet.widgets.find(({ properties }) => properties.title?.startsWith('Lag'));
    expect(JSON.stringify(lag?.properties.metrics)).toMatch(/tenantscope-gold.*tenantscope-platform/);
    const [status, text] = fleet.widgets;
    expect(status?.properties.alarms?.map((arn) => arn.split(':alarm:')[1])).toEqual([
      'tenantscope-pipelines-broken',
      'tenantscope-ledger-broken',
      'tenantscope-nightly-broken',
      'tenantscope-gold-pipeline-broken',
      'tenantscope-platform-pipeline-broken',
    ]);
    expect(text?.properties.markdown).toContain('https://wiki.example.com/runbooks/pipelines-broken.md');
    expect(text?.properties.markdown).toContain('#dashboards:name=tenantscope-cell-gold');
  });
});

describe('metrics of the transform', () => {
  beforeEach(() => {
    vi.stubEnv('POWERTOOLS_DEV', 'true');
    vi.stubEnv('POWERTOOLS_METRICS_DISABLED', 'false');
  });
  afterEach(() => {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  });

  it('are shown by the names and dimensions that the transform publishes them with', () => {
    const published = publishedMetrics();
    const shown = new Set<string>();
    for (const metric of fleet.widgets.flatMap(({ properties }) => properties.metrics ?? [])) {
      const [namespace, name, ...dimensions] = metric;
      if (namespace === METRIC_NAMESPACE)
        shown.add(
          `${name} by ${dimensions.filter((_, at) => at % 2 === 0 && typeof dimensions[at] === 'string').sort()}`,
        );
      const search = /SEARCH\('\{([^}]*)\} MetricName="(\w+)"/.exec(JSON.stringify(metric).replaceAll('\\"', '"'));
      if (search === null) continue;
      const [space, ...by] = (search[1] ?? '').split(',');
      expect(space).toBe(METRIC_NAMESPACE);
      shown.add(`${search[2]} by ${by.sort()}`);
    }
    expect(shown.size).toBeGreaterThan(9);
    expect([...shown].filter((metric) => !published.has(metric))).toEqual([]);
  });
});

/** What the transform's telemetry writes, as `NAME by DIMENSIONS`, of a batch, a registry that fails and a batch that fails. */
function publishedMetrics(): ReadonlySet<string> {
  const written: string[] = [];
  vi.spyOn(console, 'log').mockImplementation((text: string) => void written.push(text));
  for (const method of ['info', 'error'] as const) vi.spyOn(console, method).mockImplementation(() => {});
  const telemetry = powertoolsTelemetry();
  const counts = { records: 1, lines: 1, bytes: 1 };
  const totals = { records: 1, lines: 1, bytesIn: 1, bytesOut: 1, tenants: 1 };
  const maps = {
    byOutcome: new Map(),
    byReason: new Map([['undecodable', counts]]),
    byTenant: new Map([['acme', counts]]),
  };
  telemetry.batchAnswered({
    summary: { ...totals, ...maps } as never,
    invocationId: 'i',
    registryVersion: 'v',
    durationMs: 1,
  });
  telemetry.registryFailed({ store: 's', version: 'v', staleMs: 1, error: new Error('x') });
  telemetry.batchFailed(new Error('x'));
  const found = new Set<string>();
  for (const text of written) {
    const { _aws } = JSON.parse(text) as {
      _aws: { CloudWatchMetrics: { Namespace: string; Dimensions: string[][]; Metrics: { Name: string }[] }[] };
    };
    for (const { Namespace, Dimensions, Metrics } of _aws.CloudWatchMetrics) {
      expect(Namespace).toBe(METRIC_NAMESPACE);
      for (const { Name } of Metrics) for (const set of Dimensions) found.add(`${Name} by ${[...set].sort()}`);
    }
  }
  return found;
}
