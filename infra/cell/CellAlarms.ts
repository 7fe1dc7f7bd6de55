import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  ComparisonOperator,
  type IAlarmAction,
  Metric,
  type MetricOptions,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Stream } from 'aws-cdk-lib/aws-kinesis';
import type { Alias } from 'aws-cdk-lib/aws-lambda';
import { Construct } from 'constructs';
import { partitionAlarm } from '../../planner/index.js';
import type { Cell } from '../settings/cellsOf.js';
import type { Deployment } from '../settings/deploymentSchema.js';
import { type CellAlarmName, cellAlarm } from './pipelineParts.js';

/** What a cell's alarms watch, and where they go. */
export interface CellAlarmsProps {
  readonly prefix: string;
  readonly cell: Cell;
  readonly source: Stream;
  /** Name of the delivery stream. */
  readonly delivery: string;
  readonly transform: Alias;
  readonly buffer: Deployment['delivery'];
  /** What stands before the name of a page. */
  readonly runbooks: string;
  readonly action: IAlarmAction;
}

/** One alarm: its name is that of its runbook. */
interface Watch {
  readonly name: CellAlarmName;
  readonly says: string;
  readonly metric: Metric;
  readonly threshold: number;
  /** Above the threshold, unless it is below. */
  readonly below?: true;
  readonly periods?: number;
}

/**
 * Alarms of a cell by what they are named and whose runbook they have: docs/runbooks/NAME.md. They are the parts; who is called is
 * decided by what they come to together (`pipelineParts.ts`).
 */
export class CellAlarms extends Construct {
  readonly alarms: Readonly<Record<CellAlarmName, Alarm>>;

  constructor(scope: Construct, id: string, props: CellAlarmsProps) {
    super(scope, id);
    const alarms = watchesOf(props).map((watch) => {
      const alarm = new Alarm(this, watch.name, {
        alarmName: cellAlarm(props.prefix, props.cell.id, watch.name),
        alarmDescription: `${watch.says} Runbook: ${props.runbooks}${watch.name}.md`,
        metric: watch.metric,
        threshold: watch.threshold,
        comparisonOperator:
          watch.below === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: watch.periods ?? 3,
        datapointsToAlarm: watch.periods ?? 2,
        // A cell nobody writes to is no trouble; one that should be written to is found by the canary.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(props.action);
      alarm.addOkAction(props.action);
      return [watch.name, alarm] as const;
    });
    this.alarms = Object.fromEntries(alarms) as Record<CellAlarmName, Alarm>;
  }
}

function watchesOf({ cell, source, delivery, transform, buffer }: CellAlarmsProps): readonly Watch[] {
  const firehose = (name: string, options: MetricOptions = {}): Metric =>
    new Metric({
      namespace: 'AWS/Firehose',
      metricName: name,
      dimensionsMap: { DeliveryStreamName: delivery },
      period: Duration.minutes(5),
      statistic: 'Maximum',
      ...options,
    });
  const stream = (name: string): Metric => source.metric(name, { period: Duration.minutes(5), statistic: 'Sum' });
  return [
    {
      name: 'delivery-late',
      says: `The oldest record of cell ${cell.id} that is not in the lake yet is too old.`,
      metric: firehose('DeliveryToS3.DataFreshness'),
      // Firehose may take half as long again as its buffer, and as long for each of three tries at the transform.
      threshold: Math.ceil(buffer.buffer_seconds * 1.5) + 600,
    },
    {
      name: 'transform-failing',
      says: `Firehose cannot have records of cell ${cell.id} transformed; after three tries they go to errors/.`,
      metric: firehose('ExecuteProcessing.Success', { statistic: 'Average' }),
      threshold: 1,
      below: true,
    },
    {
      name: 'transform-errors',
      says: `The transform of cell ${cell.id} throws.`,
      metric: transform.metricErrors({ period: Duration.minutes(5) }),
      threshold: 0,
    },
    {
      name: 'transform-throttled',
      says: `Lambda refuses to run the transform of cell ${cell.id}.`,
      metric: transform.metricThrottles({ period: Duration.minutes(5) }),
      threshold: 0,
    },
    {
      name: 'conversion-failing',
      says: `Lines of cell ${cell.id} could not be written as Parquet and went to errors/.`,
      metric: firehose('FailedConversion.Records', { statistic: 'Sum' }),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'delivery-failing',
      says: `Firehose cannot write objects of cell ${cell.id} to the lake.`,
      metric: firehose('DeliveryToS3.Success', { statistic: 'Average' }),
      threshold: 1,
      below: true,
    },
    {
      name: 'partitions-near-limit',
      says: `Cell ${cell.id} has four fifths of the partitions Firehose allows it: it takes no more tenants.`,
      metric: firehose('PartitionCount'),
      threshold: partitionAlarm(cell.partitionQuota),
      periods: 1,
    },
    {
      name: 'partitions-exceeded',
      says: `Cell ${cell.id} has more partitions than Firehose allows: records of new ones go to errors/.`,
      metric: firehose('PartitionCountExceeded'),
      threshold: 0,
      periods: 1,
    },
    {
      name: 'stream-behind',
      says: `Firehose reads the stream of cell ${cell.id} too late.`,
      metric: firehose('KinesisMillisBehindLatest'),
      threshold: Duration.minutes(10).toMilliseconds(),
    },
    {
      name: 'stream-reads-throttled',
      says: `Firehose is not let read the stream of cell ${cell.id} as often as it wants to.`,
      metric: firehose('ThrottledGetRecords', { statistic: 'Sum' }),
      threshold: 0,
    },
    {
      name: 'stream-writes-throttled',
      says: `The stream of cell ${cell.id} refuses records: sidecars keep them and try again until their disks are full.`,
      metric: stream('WriteProvisionedThroughputExceeded'),
      threshold: 0,
    },
  ];
}
