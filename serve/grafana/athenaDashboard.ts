import { type ListPrice, METERS, type Registry } from '../../model/index.js';
import { athenaTables, athenaTemplate, findReport, type Report } from '../../queries/index.js';
import { ATHENA_PANELS, type AthenaPanel } from './athenaPanels.js';
import type { AthenaTarget, GrafanaDashboard, GrafanaVariable } from './GrafanaTypes.js';
import { layOut, type UnplacedPanel } from './layOut.js';
import { datasource } from './metricsDashboard.js';

/** What is rendered into the statements. */
export interface AthenaDashboardOptions {
  readonly listPrices: readonly ListPrice[];
  readonly registry: Registry;
}

const DATASOURCE = { type: 'grafana-athena-datasource', uid: '$datasource' };

/** The last full hours of what the time picker says, since the ledger has no smaller grain: `[from, to)`, UTC. */
const FROM = "date_trunc('hour', $__timeFrom())";
const TO = "date_trunc('hour', $__timeTo())";

/** Quoted by Grafana itself, quotes within doubled: what somebody types stays a text. */
const SERVICE = `\${service:sqlstring}`;
const TENANT = `\${tenant:sqlstring}`;

/** What stands where a report's values would. */
const FRAGMENTS: Readonly<Record<string, string>> = {
  'window.start': FROM,
  'window.end': TO,
  'window.before': `date_add('second', -date_diff('second', ${FROM}, ${TO}), ${FROM})`,
  service: SERVICE,
  tenant_id: TENANT,
};

/** Answers of the last quarter of an hour are taken again: the ledger changes no faster, and every reading costs. */
const REUSE_MINUTES = 15;

const CONNECTION = {
  region: '__default',
  catalog: '__default',
  database: '__default',
  resultReuseEnabled: true,
  resultReuseMaxAgeInMinutes: REUSE_MINUTES,
};

/**
 * The dashboard over an Athena data source: reports of the catalogue, their text as Athena is asked by `--engine athena`, with the
 * time picker and variables where their values would stand. List prices are part of the statements.
 */
export function athenaDashboard(options: AthenaDashboardOptions): GrafanaDashboard {
  return layOut({
    uid: 'tenantscope-athena',
    title: 'tenantscope: ledger (Athena)',
    description:
      'Saved reports of tenantscope over the ledger in Athena. Each panel is a query that costs what it reads, so nothing is asked again by itself.',
    refresh: '',
    variables: [datasource('grafana-athena-datasource'), ...VARIABLES],
    sections: [
      {
        title: 'Ledger, last full hours of the time chosen',
        panels: ATHENA_PANELS.map((one) => panelOf(one, options)),
      },
    ],
  });
}

/** The statement of a panel, as it is sent to Athena once Grafana has filled in time and variables. */
export function panelStatement(
  { report, projection }: AthenaPanel,
  { listPrices, registry }: AthenaDashboardOptions,
): string {
  return athenaTemplate(findReport(report), {
    tables: { ...athenaTables('tenantscope'), database: `\${database:raw}` },
    listPrices,
    registry,
    fragments: FRAGMENTS,
    projection: projection.replaceAll('{service}', () => SERVICE),
  });
}

function panelOf(panel: AthenaPanel, options: AthenaDashboardOptions): UnplacedPanel {
  const report = findReport(panel.report);
  const target: AthenaTarget = {
    datasource: DATASOURCE,
    refId: 'A',
    format: panel.kind === 'timeseries' ? 0 : 1,
    rawSQL: panelStatement(panel, options),
    connectionArgs: CONNECTION,
  };
  const [unit] = Object.values(panel.units);
  return {
    type: panel.kind,
    title: panel.report === 'tenant-share' || panel.kind !== 'table' ? `${report.title} ($service)` : report.title,
    description: `${report.description.trim()}\n\n    ${commandOf(report)}`,
    datasource: DATASOURCE,
    targets: [target],
    fieldConfig: {
      defaults: panel.kind === 'table' ? {} : { ...(unit === undefined ? {} : { unit }), min: 0 },
      overrides:
        panel.kind === 'table'
          ? Object.entries(panel.units).map(([column, id]) => ({
              matcher: { id: 'byName', options: column },
              properties: [{ id: 'unit', value: id }],
            }))
          : [],
    },
    ...(panel.kind === 'barchart'
      ? {
          options: {
            xField: 'day',
            stacking: 'none',
            legend: { displayMode: 'list', placement: 'bottom', showLegend: true },
          },
          transformations: [
            {
              id: 'groupingToMatrix',
              options: { columnField: 'metric', rowField: 'day', valueField: 'quantity', emptyValue: 'null' },
            },
            { id: 'renameByRegex', options: { regex: '^day.*$', renamePattern: 'day' } },
          ],
        }
      : { options: {} }),
    width: panel.width,
    height: panel.height,
  };
}

/** The same report on the command line: a dashboard has no room for what the report says of its completeness. */
function commandOf(report: Report): string {
  const params = report.params
    .filter(({ required, type }) => required && type !== 'window')
    .map(({ name }) => ` --param ${name}=${name === 'service' ? '$service' : '$tenant'}`);
  return `tenantscope report run ${report.name}${params.join('')} --last 24h --engine athena`;
}

const VARIABLES: readonly GrafanaVariable[] = [
  {
    type: 'textbox',
    name: 'database',
    label: 'Glue database',
    query: 'tenantscope',
    current: { text: 'tenantscope', value: 'tenantscope' },
    options: [{ selected: true, text: 'tenantscope', value: 'tenantscope' }],
  },
  {
    type: 'custom',
    name: 'service',
    label: 'Service',
    query: serviceNames().join(','),
    current: { text: 'DynamoDB', value: 'DynamoDB' },
    options: serviceNames().map((name) => ({ selected: name === 'DynamoDB', text: name, value: name })),
    multi: false,
    includeAll: false,
    // Meters of one's own have services of their own.
    allowCustomValue: true,
  },
  {
    type: 'query',
    name: 'tenant',
    label: 'Tenant',
    datasource: DATASOURCE,
    query: {
      refId: 'variable-tenant',
      format: 1,
      connectionArgs: CONNECTION,
      rawSQL: `select distinct tenant_id from "\${database:raw}"."usage" where event_hour >= ${FROM} and event_hour < ${TO} order by 1`,
    },
    definition: 'tenants with usage in the time chosen',
    refresh: 1,
    sort: 1,
    multi: false,
    includeAll: false,
    options: [],
  },
];

function serviceNames(): readonly string[] {
  return [...new Set(METERS.map(({ service }) => service))].sort();
}
