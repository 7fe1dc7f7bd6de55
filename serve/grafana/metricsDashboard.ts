import { METRICS, type MetricDefinition, sampleName } from '../metrics/metricList.js';
import type { GrafanaDashboard, GrafanaVariable, PrometheusTarget } from './GrafanaTypes.js';
import { layOut, type UnplacedPanel } from './layOut.js';

const DATASOURCE = { type: 'prometheus', uid: '$datasource' };

const name = (metric: MetricDefinition): string => sampleName(metric);

/** Series of the service that is chosen. */
const OF_SERVICE = '{service="$service"}';
const SHARE = `${name(METRICS.share)}${OF_SERVICE}`;

/** The dashboard over `/metrics`, made of the list of metrics: what a panel means is what the metric says of itself. */
export function metricsDashboard(): GrafanaDashboard {
  return layOut({
    uid: 'tenantscope-metrics',
    title: 'tenantscope: tenants',
    description:
      'Who uses how much of each shared service, as tenantscope serve tells Prometheus. Values of tenants are of the last full hour.',
    refresh: '1m',
    variables: [datasource('prometheus'), ...VARIABLES],
    sections: [
      {
        title: 'Can these numbers be trusted',
        panels: [
          stat(METRICS.dataLag, 'Watermark is behind by', 's', [0, 7200, 10_800]),
          stat(
            METRICS.completeness,
            'Complete, last full hour',
            'percentunit',
            undefined,
            `min(${name(METRICS.completeness)})`,
          ),
          stat(METRICS.incidents, 'Open pages', 'none', [0, 1], `sum(${name(METRICS.incidents)}{severity="PAGE"})`),
          stat(
            METRICS.incidents,
            'Open tickets',
            'none',
            undefined,
            `sum(${name(METRICS.incidents)}{severity="TICKET"})`,
          ),
          stat(METRICS.readingFailed, 'Last reading failed', 'bool_yes_no', [0, 1]),
          stat(
            METRICS.tenants,
            'Active tenants, $service',
            'none',
            undefined,
            `max(${name(METRICS.tenants)}${OF_SERVICE})`,
          ),
        ],
      },
      {
        title: 'Share of $service',
        panels: [
          lines(METRICS.share, 'Share by tenant', 'percentunit', [[SHARE, '{{tenant_id}}']], {
            stacked: true,
            width: 16,
            max: 1,
          }),
          bars(METRICS.share, 'Greatest shares now', 'percentunit', `topk(15, max by (tenant_id) (${SHARE}))`),
          lines(
            METRICS.share,
            'Times its own mean of the seven days before',
            'none',
            [[`topk(10, ${SHARE} / avg_over_time(${SHARE}[7d] offset 1h) and ${SHARE} > 0.01)`, '{{tenant_id}}']],
            { width: 12 },
          ),
          lines(
            METRICS.share,
            'Nobody claimed it, all services',
            'percentunit',
            [[`${name(METRICS.share)}{tenant_id="_unknown"}`, '{{service}}']],
            { width: 12, max: 1 },
          ),
        ],
      },
      {
        title: 'Quantities of $service',
        panels: [
          lines(
            METRICS.cost,
            'Dollars an hour at list price',
            'currencyUSD',
            [[`${name(METRICS.cost)}${OF_SERVICE}`, '{{tenant_id}}']],
            { stacked: true, width: 12 },
          ),
          lines(
            METRICS.usage,
            'Used an hour: $meter',
            'short',
            [[`${name(METRICS.usage)}{service="$service",meter="$meter"}`, '{{tenant_id}} ({{unit}})']],
            { stacked: true, width: 12 },
          ),
        ],
      },
      {
        title: 'Incidents and budgets',
        panels: [
          lines(
            METRICS.incidents,
            'Open incidents',
            'none',
            [[`sum by (severity, kind) (${name(METRICS.incidents)}) > 0`, '{{severity}} {{kind}}']],
            { stacked: true, width: 12 },
          ),
          lines(
            METRICS.burn,
            'How fast budgets are used up; 1 lasts 30 days',
            'none',
            [[name(METRICS.burn), '{{tenant_id}} {{service}} {{span}}']],
            { width: 12 },
          ),
        ],
      },
      {
        title: 'tenantscope itself',
        panels: [
          lines(
            METRICS.dataLag,
            'Behind now: booked, judged, read',
            's',
            [
              [`time() - ${name(METRICS.dataThrough)}`, 'booked'],
              [`time() - ${name(METRICS.judgedThrough)}`, 'judged'],
              [`time() - ${name(METRICS.readingAt)}`, 'read'],
            ],
            { width: 12 },
          ),
          lines(METRICS.readingTook, 'Length of a reading', 's', [[name(METRICS.readingTook), '{{instance}}']], {
            width: 6,
          }),
          lines(
            METRICS.readings,
            'Readings in an hour',
            'none',
            [[`sum by (result) (increase(${name(METRICS.readings)}[1h]))`, '{{result}}']],
            { width: 6 },
          ),
        ],
      },
    ],
  });
}

/** A variable that says which data source of a type is asked. */
export function datasource(type: string): GrafanaVariable {
  return {
    type: 'datasource',
    name: 'datasource',
    label: 'Data source',
    query: type,
    refresh: 1,
    multi: false,
    includeAll: false,
    options: [],
  };
}

const VARIABLES: readonly GrafanaVariable[] = [
  labelValues('service', 'Service', `label_values(${name(METRICS.share)}, service)`),
  labelValues('meter', 'Meter', `label_values(${name(METRICS.usage)}${OF_SERVICE}, meter)`),
];

function labelValues(variable: string, label: string, query: string): GrafanaVariable {
  return {
    type: 'query',
    name: variable,
    label,
    datasource: DATASOURCE,
    definition: query,
    query: { qryType: 1, query, refId: `variable-${variable}` },
    refresh: 2,
    sort: 1,
    multi: false,
    includeAll: false,
    options: [],
  };
}

function target(expr: string, legendFormat: string, instant: boolean, place: number): PrometheusTarget {
  const refId = String.fromCharCode('A'.charCodeAt(0) + place);
  return { datasource: DATASOURCE, refId, expr, legendFormat, editorMode: 'code', instant, range: !instant };
}

const THRESHOLD_COLOURS = ['green', 'orange', 'red'] as const;

function stat(
  metric: MetricDefinition,
  title: string,
  unit: string,
  thresholds: readonly number[] = [0],
  expr = `max(${name(metric)})`,
): UnplacedPanel {
  const colours = thresholds.length === 2 ? ['green', 'red'] : THRESHOLD_COLOURS;
  return {
    type: 'stat',
    title,
    description: metric.help,
    datasource: DATASOURCE,
    targets: [target(expr, '', true, 0)],
    fieldConfig: {
      defaults: {
        unit,
        noValue: 'not known',
        color: {
          mode: thresholds.length === 1 ? 'fixed' : 'thresholds',
          ...(thresholds.length === 1 ? { fixedColor: 'text' } : {}),
        },
        thresholds: {
          mode: 'absolute',
          steps: thresholds.map((value, index) => ({
            value: index === 0 ? null : value,
            color: colours[index] ?? 'red',
          })),
        },
      },
      overrides: [],
    },
    options: {
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
      colorMode: 'value',
      graphMode: 'none',
      textMode: 'value',
    },
    width: 4,
    height: 4,
  };
}

function lines(
  metric: MetricDefinition,
  title: string,
  unit: string,
  exprs: readonly (readonly [expr: string, legend: string])[],
  of: { readonly width: number; readonly stacked?: true; readonly max?: number },
): UnplacedPanel {
  const stacked = of.stacked === true;
  return {
    type: 'timeseries',
    title,
    description: metric.help,
    datasource: DATASOURCE,
    targets: exprs.map(([expr, legend], place) => target(expr, legend, false, place)),
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        ...(of.max === undefined ? {} : { max: of.max }),
        color: { mode: 'palette-classic-by-name' },
        // Gaps stay gaps: an hour nothing is known of is not 0.
        custom: {
          fillOpacity: stacked ? 60 : 0,
          lineWidth: 1,
          spanNulls: false,
          stacking: { mode: stacked ? 'normal' : 'none', group: 'A' },
        },
      },
      overrides: [],
    },
    options: {
      legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
      tooltip: { mode: 'multi', sort: 'desc' },
    },
    width: of.width,
    height: 9,
  };
}

function bars(metric: MetricDefinition, title: string, unit: string, expr: string): UnplacedPanel {
  return {
    type: 'bargauge',
    title,
    description: metric.help,
    datasource: DATASOURCE,
    targets: [target(expr, '{{tenant_id}}', true, 0)],
    fieldConfig: {
      defaults: {
        unit,
        min: 0,
        color: { mode: 'fixed', fixedColor: 'blue' },
        thresholds: { mode: 'absolute', steps: [{ value: null, color: 'blue' }] },
      },
      overrides: [],
    },
    options: {
      orientation: 'horizontal',
      displayMode: 'basic',
      valueMode: 'text',
      showUnfilled: false,
      reduceOptions: { calcs: ['lastNotNull'], fields: '', values: false },
    },
    width: 8,
    height: 9,
  };
}
