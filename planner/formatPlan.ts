import type { LimitUse } from './limitsOf.js';
import type { Plan } from './planOf.js';

/** The plan as text for people. */
export function formatPlan({ workload, creates, month, costs, limits, passed }: Plan): string {
  const lines = [
    `${number(workload.tenants)} tenants, ${workload.linesPerSecond} lines a second of ${workload.lineBytes} bytes each: ${number(month.gigabytes)} GB and ${number(month.records)} records a month`,
    '',
    'creates',
    `  ${creates.cells} ${creates.cells === 1 ? 'cell' : 'cells'} and the platform's: ${creates.streams} streams, ${creates.delivery_streams} delivery streams, ${creates.functions} functions, ${creates.keys} keys, ${creates.alarms + creates.composite_alarms} alarms, ${creates.dashboards} dashboards, ${creates.buckets} buckets, ${creates.tables} tables`,
    `  the fullest cell has ${creates.tenants_of_the_fullest} of the ${creates.tenants_a_cell_holds} tenants it holds`,
    '',
    'dollars a month (estimate)',
    ...costs.stages.map(
      ({ stage, usd, of, grows_with, usd_a_tenant }) =>
        `  ${stage.padEnd(18)}${dollars(usd).padStart(14)}   ${dollars(usd_a_tenant)} a tenant; ${of}; grows with ${grows_with}`,
    ),
    `  ${'together'.padEnd(18)}${dollars(costs.usd_a_month).padStart(14)}   ${dollars(costs.usd_a_tenant)} a tenant`,
    ...costs.instead.map(({ what, usd }) => `  ${'instead'.padEnd(18)}${dollars(usd).padStart(14)}   ${what}`),
    `  prices: ${costs.prices_of}`,
    ...assumptions(costs.assumed),
    '',
    'what the jobs cost most',
    ...dearest(costs.stages).map(
      ({ stage, what, count, unit, usd, grows_with }) =>
        `  ${stage.padEnd(18)}${dollars(usd).padStart(14)}   ${what}: ${number(count)} ${unit}; grows with ${grows_with}`,
    ),
    '',
    'limits it comes near',
    ...limits.map((limit) => `  ${percent(limit.share).padStart(7)}  ${use(limit)}`),
    '',
    ...passed.map(
      ({ times, limits: over }) =>
        `with ${times} times the tenants: ${over.length === 0 ? 'no limit is passed' : over.map(({ limit, remedy }) => `${limit} is passed (${remedy})`).join('; ')}`,
    ),
  ];
  return lines.join('\n');
}

/** So many assumptions stand in a line. */
const A_LINE = 6;

function assumptions(assumed: Plan['costs']['assumed']): readonly string[] {
  const each = Object.entries(assumed).map(([name, value]) => `${name} ${value}`);
  const lines = Array.from({ length: Math.ceil(each.length / A_LINE) }, (_, at) =>
    each.slice(at * A_LINE, (at + 1) * A_LINE).join(', '),
  );
  return lines.map((line, at) => `  ${(at === 0 ? 'assumed:' : '').padEnd(8)} ${line}`);
}

/** So many items of the jobs are listed; `--json` has all of them, of every stage. */
const DEAREST = 8;

function dearest(stages: Plan['costs']['stages']) {
  return stages
    .filter(({ stage }) => stage.endsWith(' job'))
    .flatMap(({ stage, items }) => items.map((item) => ({ stage, ...item })))
    .toSorted((a, b) => b.usd - a.usd)
    .slice(0, DEAREST);
}

const number = (value: number): string => Math.round(value).toLocaleString('en-US');
const dollars = (usd: number): string =>
  `$${usd.toLocaleString('en-US', { minimumFractionDigits: 2, maximumFractionDigits: usd < 0.1 ? 4 : 2 })}`;
const percent = (share: number): string => `${share < 0.001 ? '<0.1' : (share * 100).toFixed(1)} %`;
const use = ({ limit, used, quota, unit }: LimitUse): string =>
  `${limit}: ${used < 10 ? used.toPrecision(2) : number(used)} of ${number(quota)} ${unit}`;
