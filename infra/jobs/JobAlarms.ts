import { Duration } from 'aws-cdk-lib';
import {
  Alarm,
  CfnCompositeAlarm,
  ComparisonOperator,
  type IAlarmAction,
  type IMetric,
  Metric,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch';
import type { Function as LambdaFunction } from 'aws-cdk-lib/aws-lambda';
import type { ITopic } from 'aws-cdk-lib/aws-sns';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Construct } from 'constructs';
import { JOB_NAMES, type JobName } from './jobNames.js';
import { JOB_PAGES, type JobPage, jobPageAlarm } from './jobPages.js';

/** What the alarms of the jobs watch, and where they go. */
export interface JobAlarmsProps {
  readonly prefix: string;
  readonly functions: Readonly<Record<JobName, LambdaFunction>>;
  /** Where runs go that failed to the end. */
  readonly failed: Queue;
  /** Told of every object that is created among the events; the ledger job reads it. */
  readonly objectEvents: Queue;
  /** Minutes between two runs of the chain; undefined while nothing is scheduled, and then none is late. */
  readonly everyMinutes: number | undefined;
  /** What stands before the name of a page. */
  readonly runbooks: string;
  /** Where each alarm is told, and where somebody is called. */
  readonly details: IAlarmAction;
  readonly topic: ITopic;
}

/** One alarm: its name is that of its runbook. */
interface Watch {
  readonly name: string;
  readonly says: string;
  readonly metric: IMetric;
  readonly threshold: number;
  readonly periods: number;
  /** Below the threshold, and when nothing is heard at all. */
  readonly silence?: true;
}

/** Jobs that fail in a row before somebody is called: the next run does what one did not. */
const FAILURES_IN_A_ROW = 3;
/** How long an event may wait: a run that died keeps what it had from the next ones for a quarter of an hour. */
const LATE_MINUTES = 30;
const LATE_TURNS = 4;

/** What is nightly waits so long before it calls, lest the ledger does, and stays quiet so long after that has, seconds. */
const WAIT = 180;
const EXTENSION = 600;

/**
 * Alarms of the jobs by what they are named and whose runbook they have: docs/runbooks/NAME.md. They are the parts; somebody is called by
 * what they come to together, once for one cause: Athena that is away breaks the ledger, and the nightly jobs with it.
 */
export class JobAlarms extends Construct {
  constructor(scope: Construct, id: string, props: JobAlarmsProps) {
    super(scope, id);
    const alarms = watchesOf(props).map((watch) => {
      const alarm = new Alarm(this, watch.name, {
        alarmName: `${props.prefix}-${watch.name}`,
        alarmDescription: `${watch.says} Runbook: ${props.runbooks}${watch.name}.md`,
        metric: watch.metric,
        threshold: watch.threshold,
        comparisonOperator:
          watch.silence === true ? ComparisonOperator.LESS_THAN_THRESHOLD : ComparisonOperator.GREATER_THAN_THRESHOLD,
        evaluationPeriods: watch.periods,
        datapointsToAlarm: watch.periods,
        treatMissingData: watch.silence === true ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
      });
      alarm.addAlarmAction(props.details);
      alarm.addOkAction(props.details);
      return { name: watch.name, alarm };
    });
    const page = (name: JobPage, says: string): CfnCompositeAlarm => {
      const parts: readonly string[] = JOB_PAGES[name];
      const made = new CfnCompositeAlarm(this, name, {
        alarmName: jobPageAlarm(props.prefix, name),
        alarmDescription: `${says} Runbook: ${props.runbooks}${name}.md`,
        // Without a schedule nothing is late.
        alarmRule: alarms
          .filter((part) => parts.includes(part.name))
          .map((part) => `ALARM("${props.prefix}-${part.name}")`)
          .join(' OR '),
        alarmActions: [props.topic.topicArn],
        okActions: [props.topic.topicArn],
      });
      made.node.addDependency(...alarms.map(({ alarm }) => alarm));
      return made;
    };
    const ledger = page(
      'ledger-broken',
      'The ledger is not booked, or nobody judges what is: figures and pages are late.',
    );
    const nightly = page(
      'nightly-broken',
      'A nightly job failed: billing exports are not today’s, or the lake is not tidied.',
    );
    nightly.actionsSuppressor = ledger.ref;
    nightly.actionsSuppressorWaitPeriod = WAIT;
    nightly.actionsSuppressorExtensionPeriod = EXTENSION;
    nightly.addResourceDependency(ledger);
  }
}

function watchesOf({ functions, failed, objectEvents, everyMinutes }: JobAlarmsProps): readonly Watch[] {
  const chained = (job: JobName): boolean => job === 'ledger' || job === 'detection';
  const failing = JOB_NAMES.map((job): Watch => {
    const inRow = chained(job) ? FAILURES_IN_A_ROW : 1;
    // A turn of the chain: in shorter periods there would be some without a run between two that failed.
    const minutes = chained(job) ? Math.max(5, everyMinutes ?? 5) : 5;
    return {
      name: `${job}-failing`,
      says: chained(job) ? `The ${job} job has failed ${inRow} times in a row.` : `The ${job} job has failed.`,
      metric: functions[job].metricErrors({ period: Duration.minutes(minutes), statistic: 'Sum' }),
      threshold: 0,
      periods: inRow,
    };
  });
  const late =
    everyMinutes === undefined
      ? []
      : (['ledger', 'detection'] as const).map((job): Watch => {
          return {
            name: `${job}-late`,
            says: `The ${job} job has not been started for four of its turns.`,
            metric: functions[job].metricInvocations({ period: Duration.minutes(everyMinutes), statistic: 'Sum' }),
            threshold: 1,
            periods: 4,
            silence: true,
          };
        });
  return [
    ...failing,
    ...late,
    ...(everyMinutes === undefined ? [] : watchesOfEvents(functions.ledger, objectEvents, everyMinutes)),
    {
      name: 'jobs-given-up',
      says: 'Runs of jobs failed to the end, or could not be started: their events are in the queue.',
      metric: failed.metricApproximateNumberOfMessagesVisible({ period: Duration.minutes(5), statistic: 'Maximum' }),
      threshold: 0,
      periods: 1,
    },
  ];
}

/** Of what the bucket tells: that the ledger job does not get through it, and that it is not told all. */
function watchesOfEvents(ledger: LambdaFunction, objectEvents: Queue, everyMinutes: number): readonly Watch[] {
  const period = Duration.minutes(5);
  return [
    {
      name: 'object-events-late',
      says: 'An object was told of long ago and is not booked: the ledger job does not get through the queue of new objects.',
      metric: objectEvents.metricApproximateAgeOfOldestMessage({ period, statistic: 'Maximum' }),
      threshold: Duration.minutes(Math.max(LATE_MINUTES, LATE_TURNS * everyMinutes)).toSeconds(),
      periods: 1,
    },
    {
      name: 'object-events-lost',
      says: 'A listing has found objects that no event has told of. They are booked, later than they should be.',
      metric: new Metric({
        namespace: 'tenantscope',
        metricName: 'ObjectsUntold',
        dimensionsMap: { service: 'ledger', function: ledger.functionName },
        period,
        statistic: 'Sum',
      }),
      threshold: 0,
      periods: 1,
    },
  ];
}
