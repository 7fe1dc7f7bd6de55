import { Duration } from 'aws-cdk-lib';
import {
  type Alarm,
  AlarmStatusWidget,
  Dashboard,
  type HorizontalAnnotation,
  type IMetric,
  Metric,
  PeriodOverride,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { watchedGraph } from '../oncall/watchedGraph.js';
import type { Cell } from '../settings/cellsOf.js';
import { type CellAlarmName, PIPELINE_PARTS } from './pipelineParts.js';

/** What a cell's dashboard shows. */
export interface CellDashboardProps {
  readonly name: string;
  readonly cell: Cell;
  readonly source: Stream;
  /** Name of the delivery stream. */
  readonly delivery: string;
  readonly transform: Alias;
  readonly alarms: Readonly<Record<CellAlarmName, Alarm>>;
  /** What stands before the name of a page. */
  readonly runbooks: string;
}

const PERIOD = Duration.minutes(5);

/** A cell from its stream to the lake: each graph with the alarms that watch it drawn in, and what to read when one goes off. */
export class CellDashboard extends Construct {
  constructor(scope: Construct, id: string, props: CellDashboardProps) {
    super(scope, id);
    const { alarms, runbooks } = props;
    const dashboard = new Dashboard(this, 'Resource', {
      dashboardName: props.name,
      defaultInterval: Duration.hours(12),
      periodOverride: PeriodOverride.INHERIT,
    });
    const graphs = graphsOf(props).map(({ title, metrics, watched = [], lines = [] }) =>
      watchedGraph({ title, metrics, lines, alarms: watched.map((name) => [name, alarms[name]]), runbooks }),
    );
    dashboard.addWidgets(
      new AlarmStatusWidget({
        title: `Cell ${props.cell.id}`,
        width: 24,
        height: 4,
        alarms: (Object.keys(PIPELINE_PARTS) as CellAlarmName[]).map((name) => alarms[name]),
      }),
    );
    for (let at = 0; at < graphs.length; at += 3) dashboard.addWidgets(...graphs.slice(at, at + 3));
  }
}

interface Graph {
  readonly title: string;
  readonly metrics: readonly IMetric[];
  readonly watched?: readonly CellAlarmName[];
  readonly lines?: readonly HorizontalAnnotation[];
}

function graphsOf({ cell, source, delivery, transform }: CellDashboardProps): readonly Graph[] {
  const firehose = (metricName: string, statistic: string, label = metricName): Metric =>
    new Metric({
      namespace: 'AWS/Firehose',
      metricName,
      dimensionsMap: { DeliveryStreamName: delivery },
      period: PERIOD,
      statistic,
      label,
    });
  const stream = (name: string, statistic = 'Sum'): Metric => source.metric(name, { period: PERIOD, statistic });
  const duration = (statistic: string): Metric =>
    transform.metricDuration({ period: PERIOD, statistic, label: statistic });
  return [
    {
      title: 'Lag: how far Firehose reads behind (ms)',
      metrics: [firehose('KinesisMillisBehindLatest', 'Maximum')],
      watched: ['stream-behind'],
    },
    {
      title: 'Freshness: oldest record not in the lake (s)',
      metrics: [firehose('DeliveryToS3.DataFreshness', 'Maximum')],
      watched: ['delivery-late'],
    },
    {
      title: 'Partitions',
      metrics: [firehose('PartitionCount', 'Maximum'), firehose('PartitionCountExceeded', 'Maximum')],
      watched: ['partitions-near-limit', 'partitions-exceeded'],
      lines: [{ value: cell.partitionQuota, label: 'quota', color: '#d62728' }],
    },
    {
      title: 'Records: in, transformed, delivered',
      metrics: [
        stream('IncomingRecords'),
        firehose('SucceedProcessing.Records', 'Sum'),
        firehose('DeliveryToS3.Records', 'Sum'),
      ],
    },
    { title: 'Bytes: in, delivered', metrics: [stream('IncomingBytes'), firehose('DeliveryToS3.Bytes', 'Sum')] },
    {
      title: 'Writes the stream refused',
      metrics: [stream('WriteProvisionedThroughputExceeded')],
      watched: ['stream-writes-throttled'],
    },
    {
      title: 'Reads the stream refused',
      metrics: [firehose('ThrottledGetRecords', 'Sum'), stream('ReadProvisionedThroughputExceeded')],
      watched: ['stream-reads-throttled'],
    },
    {
      title: 'Calls of the transform and writes to the lake that succeed (share)',
      metrics: [firehose('ExecuteProcessing.Success', 'Average'), firehose('DeliveryToS3.Success', 'Average')],
      watched: ['transform-failing', 'delivery-failing'],
    },
    {
      title: 'Records that went to errors/ by the conversion',
      metrics: [firehose('FailedConversion.Records', 'Sum')],
      watched: ['conversion-failing'],
    },
    {
      title: 'Transform: errors',
      metrics: [transform.metricErrors({ period: PERIOD }), transform.metricInvocations({ period: PERIOD })],
      watched: ['transform-errors'],
    },
    {
      title: 'Transform: calls Lambda refused',
      metrics: [transform.metricThrottles({ period: PERIOD })],
      watched: ['transform-throttled'],
    },
    {
      title: 'Transform: duration (ms)',
      metrics: [duration('p50'), duration('p99'), duration('Maximum')],
      lines: [{ value: Duration.minutes(5).toMilliseconds(), label: 'Firehose gives up', color: '#d62728' }],
    },
  ];
}
