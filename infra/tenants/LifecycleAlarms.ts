import { Duration } from 'aws-cdk-lib';
import { Alarm, ComparisonOperator, type IAlarmAction, Metric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch';
import { Construct } from 'constructs';
import type { LifecycleQueue } from './LifecycleQueue.js';

/** What the alarms watch, and where they go. */
export interface LifecycleAlarmsProps {
  readonly prefix: string;
  readonly events: LifecycleQueue;
  readonly pipe: string;
  readonly runbooks: string;
  readonly action: IAlarmAction;
}

/** Alarms of what follows from the registry; each is named as its runbook: docs/runbooks/NAME.md. */
export class LifecycleAlarms extends Construct {
  constructor(scope: Construct, id: string, { prefix, events, pipe, runbooks, action }: LifecycleAlarmsProps) {
    super(scope, id);
    const period = Duration.minutes(5);
    for (const { name, says, metric, threshold } of [
      {
        name: 'tenant-events-failing',
        says: 'What should follow from a change of the registry was tried three times, and lies in a queue of its own.',
        metric: events.failed.metricApproximateNumberOfMessagesVisible({ period, statistic: 'Maximum' }),
        threshold: 0,
      },
      {
        name: 'tenant-events-late',
        says: 'A change of the registry is not followed yet: transforms and manifests are those of before.',
        metric: events.queue.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
        threshold: Duration.minutes(15).toSeconds(),
      },
      {
        name: 'tenant-events-stuck',
        says: 'Changes of the registry do not reach the queue of what follows from them.',
        metric: new Metric({
          namespace: 'AWS/EventBridge/Pipes',
          metricName: 'ExecutionFailed',
          dimensionsMap: { PipeName: pipe },
          period,
          statistic: 'Sum',
        }),
        threshold: 0,
      },
    ]) {
      const alarm = new Alarm(this, name, {
        alarmName: `${prefix}-${name}`,
        alarmDescription: `${says} Runbook: ${runbooks}${name}.md`,
        metric,
        threshold,
        comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: 1,
        // A registry nobody changes is no trouble.
        treatMissingData: TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(action);
      alarm.addOkAction(action);
    }
  }
}
