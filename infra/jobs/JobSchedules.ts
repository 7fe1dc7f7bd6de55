import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam';
import { CfnSchedule } from 'aws-cdk-lib/aws-scheduler';
import type { Queue } from 'aws-cdk-lib/aws-sqs';
import { Stack } from 'aws-cdk-lib/core';
import { Construct } from 'constructs';
import type { Deployment } from '../settings/deploymentSchema.js';
import type { JobFunction } from './JobFunction.js';
import type { JobName } from './jobNames.js';

/** What starts the jobs is made with. */
export interface JobSchedulesProps {
  readonly prefix: string;
  readonly jobs: Deployment['jobs'];
  /** Minutes between two runs of ledger and detection. */
  readonly everyMinutes: number;
  /** Where starts go that did not succeed. */
  readonly failed: Queue;
  readonly functions: Readonly<Record<JobName, JobFunction>>;
}

/**
 * The schedules of the jobs, UTC. Each start carries the time it was due, by which a run that was made is not made again: Scheduler
 * starts at least once. Detection has none, since it follows the ledger job.
 */
export class JobSchedules extends Construct {
  constructor(scope: Construct, id: string, { prefix, jobs, everyMinutes, failed, functions }: JobSchedulesProps) {
    super(scope, id);
    const minutes = everyMinutes === 1 ? '1 minute' : `${everyMinutes} minutes`;
    const expressions = { ledger: `rate(${minutes})`, billing: jobs.billing, maintenance: jobs.maintenance };
    const names = ['ledger', 'billing', 'maintenance'] as const;
    const role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      description: 'tenantscope: starts the jobs',
      inlinePolicies: {
        start: new PolicyDocument({
          statements: [
            new PolicyStatement({
              sid: 'Start',
              actions: ['lambda:InvokeFunction'],
              resources: names.map((job) => functions[job].function.functionArn),
            }),
            new PolicyStatement({ sid: 'KeepFailed', actions: ['sqs:SendMessage'], resources: [failed.queueArn] }),
          ],
        }),
      },
    });
    for (const job of names) {
      new CfnSchedule(this, job, {
        name: `${prefix}-${job}`,
        description: `tenantscope: starts the ${job} job`,
        state: jobs.schedules ? 'ENABLED' : 'DISABLED',
        scheduleExpression: expressions[job],
        scheduleExpressionTimezone: 'UTC',
        flexibleTimeWindow: { mode: 'OFF' },
        target: {
          arn: functions[job].function.functionArn,
          roleArn: role.roleArn,
          input: JSON.stringify({ scheduled_at: '<aws.scheduler.scheduled-time>' }),
          deadLetterConfig: { arn: failed.queueArn },
          retryPolicy: { maximumRetryAttempts: 5, maximumEventAgeInSeconds: 3600 },
        },
      });
    }
  }
}
