import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  AlarmStatusWidget,
  AlarmWidget,
  type CfnAlarm,
  Column,
  Dashboard,
  type IAlarm,
  type IMetric,
  type IWidget,
  MathExpression,
  Metric,
  PeriodOverride,
  TextWidget,
} from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import { partitionAlarm } from '../../planner/index.js';
import { JOB_PAGES } from '../jobs/jobPages.js';
import { watchedGraph } from '../oncall/watchedGraph.js';
import type { Cell } from '../settings/cellsOf.js';
import { transformGraphs } from './transformGraphs.js';

/** What the fleet's dashboard shows. */
export interface FleetDashboardProps {
  readonly prefix: string;
  readonly cells: readonly Cell[];
  /** Names of the alarms that call somebody. */
  readonly pages: readonly string[];
  /** Alarms of other stacks than the cells'. */
  readonly others: readonly CfnAlarm[];
  /** What stands before the name of a page. */
  readonly runbooks: string;
}

const PERIOD = Duration.minutes(5);

/** All cells side by side, what the transform counts, and every alarm that is no cell's. Which cell it is opens that cell's own. */
export class FleetDashboard extends Construct {
  constructor(scope: Construct, id: string, props: FleetDashboardProps) {
    super(scope, id);
    const { prefix, cells, pages, others, runbooks } = props;
    const dashboard = new Dashboard(this, 'Resource', {
      dashboardName: `${prefix}-fleet`,
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
    });
    const named = (name: string): IAlarm => Alarm.fromAlarmName(this, name, name);
    const links = cells.map(({ id }) => `[${id}](#dashboards:name=${prefix}-cell-${id})`).join(', ');
    const called = ['pipeline-broken', 'pipelines-broken', ...Object.keys(JOB_PAGES)]
      .map((page) => `[${page}](${runbooks}${page}.md)`)
      .join(', ');
    dashboard.addWidgets(
      new AlarmStatusWidget({ title: 'Somebody is called', width: 16, height: 4, alarms: pages.map(named) }),
      new TextWidget({ width: 8, height: 4, markdown: `Runbooks: ${called}\n\nCells: ${links}` }),
    );
    const graphs = [...graphsOf(props), ...transformGraphs(runbooks)];
    for (let at = 0; at < graphs.length; at += 3) dashboard.addWidgets(...graphs.slice(at, at + 3));
    const watched = others.map((alarm) => otherAlarm(named(alarm.alarmName ?? ''), alarm));
    for (let at = 0; at < watched.length; at += 3) dashboard.addWidgets(...watched.slice(at, at + 3));
  }
}

/** An alarm of another stack, with its metric and threshold, and its runbook from what it says. */
function otherAlarm(named: IAlarm, { alarmName = '', alarmDescription = '' }: CfnAlarm): IWidget {
  const page = /Runbook: (\S+)$/.exec(alarmDescription)?.[1];
  return new Column(
    new AlarmWidget({ title: alarmName, alarm: named, width: 8, height: 6 }),
    new TextWidget({
      width: 8,
      height: 2,
      markdown: page === undefined ? alarmDescription : `Runbook: [${alarmName}](${page})`,
    }),
  );
}

function graphsOf({ prefix, cells, runbooks }: FleetDashboardProps): readonly IWidget[] {
  const firehose = (cell: Cell, metricName: string, statistic = 'Maximum'): Metric =>
    new Metric({
      namespace: 'AWS/Firehose',
      metricName,
      dimensionsMap: { DeliveryStreamName: `${prefix}-${cell.id}` },
      period: PERIOD,
      statistic,
      label: cell.id,
    });
  const stream = (cell: Cell, metricName: string): Metric =>
    new Metric({
      namespace: 'AWS/Kinesis',
      metricName,
      dimensionsMap: { StreamName: cell.stream },
      period: PERIOD,
      statistic: 'Sum',
      label: cell.id,
    });
  const graph = (title: string, of: (cell: Cell, place: number) => IMetric): IWidget =>
    watchedGraph({ title, metrics: cells.map(of), runbooks });
  // The share of the quota, since cells can have different ones.
  const share = (cell: Cell, place: number): MathExpression =>
    new MathExpression({
      expression: `100 * p${place} / ${cell.partitionQuota}`,
      usingMetrics: { [`p${place}`]: firehose(cell, 'PartitionCount') },
      period: PERIOD,
      label: cell.id,
    });
  return [
    graph('Lag of the cells (ms)', (cell) => firehose(cell, 'KinesisMillisBehindLatest')),
    graph('Freshness of the cells: oldest record not in the lake (s)', (cell) =>
      firehose(cell, 'DeliveryToS3.DataFreshness'),
    ),
    watchedGraph({
      title: 'Partitions of the cells (% of their quota)',
      metrics: cells.map(share),
      lines: [{ value: partitionAlarm(100), label: 'no more tenants' }],
      runbooks,
    }),
    graph('Records written to the cells', (cell) => stream(cell, 'IncomingRecords')),
    graph('Writes the cells’ streams refused', (cell) => stream(cell, 'WriteProvisionedThroughputExceeded')),
    graph('Records of the cells that went to errors/ by the conversion', (cell) =>
      firehose(cell, 'FailedConversion.Records', 'Sum'),
    ),
  ];
}
