import { readdirSync, readFileSync } from 'node:fs';
import { Match, type Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf, templatesOf } from '../synthesise.js';

const stackOf = (deployment: object = {}, config = ''): Template =>
  templatesOf(settingsOf(deployment, config))['tenantscope-jobs'] as Template;
const jobs = stackOf({ alarms: { runbooks_url: 'https://wiki.example.com/runbooks/' } });
const JOBS = ['ledger', 'detection', 'billing', 'maintenance'] as const;

/** Properties of the resources of a type. */
const all = (template: Template, type: string): Record<string, unknown>[] =>
  Object.values(template.findResources(type)).map(({ Properties }) => Properties as Record<string, unknown>);

describe('the functions of the jobs', () => {
  it('are one each, run alone, for a quarter of an hour at most, and keep what fails to the end', () => {
    const functions = all(jobs, 'AWS::Lambda::Function');
    expect(functions.map(({ Handler }) => Handler).sort()).toEqual(
      JOBS.map((job) => `jobs/${job}Handler.handler`).sort(),
    );
    for (const one of functions) {
      expect(one).toMatchObject({ Runtime: 'nodejs24.x', Timeout: 900, ReservedConcurrentExecutions: 1 });
      expect(one.KmsKeyArn).toBeDefined();
    }
    const asynchronous = all(jobs, 'AWS::Lambda::EventInvokeConfig');
    expect(asynchronous).toHaveLength(JOBS.length);
    for (const one of asynchronous) {
      expect(one).toMatchObject({
        MaximumRetryAttempts: 2,
        MaximumEventAgeInSeconds: 3600,
        DestinationConfig: { OnFailure: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^Failed/), 'Arn'] } } },
      });
    }
    jobs.resourceCountIs('AWS::Logs::LogGroup', JOBS.length);
    jobs.allResourcesProperties('AWS::Logs::LogGroup', { RetentionInDays: 30, KmsKeyId: Match.anyValue() });
  });

  it('are of arm64 but where DuckDB is, and of what was asked for there', () => {
    const architectures = (template: Template): unknown =>
      Object.fromEntries(
        all(template, 'AWS::Lambda::Function').map(({ Handler, Architectures }) => [Handler, Architectures]),
      );
    const light = { 'jobs/ledgerHandler.handler': ['arm64'], 'jobs/detectionHandler.handler': ['arm64'] };
    const duckdb = (of: string) => ({ 'jobs/billingHandler.handler': [of], 'jobs/maintenanceHandler.handler': [of] });
    expect(architectures(jobs)).toEqual({ ...light, ...duckdb('x86_64') });
    const arm = stackOf({ jobs: { duckdb_architecture: 'arm64', reserve_concurrency: false } });
    expect(architectures(arm)).toEqual({ ...light, ...duckdb('arm64') });
    expect(JSON.stringify(arm.toJSON())).not.toContain('ReservedConcurrentExecutions');
  });

  it('go by the registry’s table where there is one, whether tenantscope.yaml names it or not', () => {
    const named = 'registry: { from: "dynamodb://tenantscope-registry" }\n';
    for (const config of ['', named]) {
      const template = stackOf({ tenants: { table: true } }, config);
      template.allResourcesProperties('AWS::Lambda::Function', {
        Environment: { Variables: Match.objectLike({ TENANTSCOPE_REGISTRY: 'dynamodb://tenantscope-registry' }) },
      });
      const policies = all(template, 'AWS::IAM::Policy').map((policy) => JSON.stringify(policy));
      expect(policies.filter((policy) => policy.includes(':table/tenantscope-registry"'))).toHaveLength(JOBS.length);
    }
    expect(JSON.stringify(jobs.toJSON())).not.toContain('TENANTSCOPE_REGISTRY');
  });

  it('ask Athena in the workgroup of the ledger, or the Trino that is named', () => {
    jobs.hasResourceProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: {
          TENANTSCOPE_ATHENA_WORKGROUP: 'tenantscope-ledger',
          TENANTSCOPE_ATHENA_DATABASE: 'tenantscope',
          TENANTSCOPE_TRINO_URL: Match.absent(),
        },
      },
    });
    const onTrino = stackOf({
      jobs: { trino: { url: 'https://trino.example.com/lake', ledger_catalog: 'iceberg.own' } },
    });
    onTrino.allResourcesProperties('AWS::Lambda::Function', {
      Environment: {
        Variables: Match.objectLike({
          TENANTSCOPE_TRINO_URL: 'https://trino.example.com/lake',
          TENANTSCOPE_LEDGER_CATALOG: 'iceberg.own',
        }),
      },
    });
    expect(JSON.stringify(all(onTrino, 'AWS::IAM::Policy'))).not.toMatch(/"(?:athena|glue):/);
  });
});

describe('the schedules', () => {
  const started = (template: Template): Record<string, unknown> =>
    Object.fromEntries(
      all(template, 'AWS::Scheduler::Schedule').map(({ Name, ScheduleExpression, State }) => [
        Name,
        `${ScheduleExpression} ${State}`,
      ]),
    );

  it('start ledger, billing and maintenance, each told when it was due, and keep what could not be started', () => {
    expect(started(jobs)).toEqual({
      'tenantscope-ledger': 'rate(5 minutes) ENABLED',
      'tenantscope-billing': 'cron(30 5 * * ? *) ENABLED',
      'tenantscope-maintenance': 'cron(30 2 * * ? *) ENABLED',
    });
    jobs.allResourcesProperties('AWS::Scheduler::Schedule', {
      ScheduleExpressionTimezone: 'UTC',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: Match.objectLike({
        Input: '{"scheduled_at":"<aws.scheduler.scheduled-time>"}',
        DeadLetterConfig: { Arn: Match.anyValue() },
        RetryPolicy: { MaximumRetryAttempts: 5, MaximumEventAgeInSeconds: 3600 },
      }),
    });
  });

  it('start as often as alerts.every_minutes says, or nothing', () => {
    expect(started(stackOf({}, 'alerts: { every_minutes: 1 }\n'))['tenantscope-ledger']).toBe('rate(1 minute) ENABLED');
    const off = stackOf({ jobs: { schedules: false, billing: 'rate(12 hours)' } });
    expect(Object.values(started(off)).every((one) => String(one).endsWith('DISABLED'))).toBe(true);
    // What nobody starts is not late.
    expect(JSON.stringify(all(off, 'AWS::CloudWatch::Alarm'))).not.toContain('-late');
  });

  it('have detection follow a ledger job that went through, and nothing else', () => {
    const following = all(jobs, 'AWS::Lambda::EventInvokeConfig').filter((one) =>
      JSON.stringify(one).includes('OnSuccess'),
    );
    expect(following).toEqual([
      expect.objectContaining({
        FunctionName: { Ref: expect.stringMatching(/^ledgerFunction/) },
        DestinationConfig: expect.objectContaining({
          OnSuccess: { Destination: { 'Fn::GetAtt': [expect.stringMatching(/^detectionFunction/), 'Arn'] } },
        }),
      }),
    ]);
  });
});

describe('the tables', () => {
  it('can be had back as of any second, are encrypted with the key of the lake, and stay', () => {
    jobs.resourceCountIs('AWS::DynamoDB::Table', 2);
    jobs.allResources('AWS::DynamoDB::Table', {
      DeletionPolicy: 'Retain',
      UpdateReplacePolicy: 'Retain',
      Properties: Match.objectLike({
        PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
        SSESpecification: Match.objectLike({ SSEEnabled: true, SSEType: 'KMS' }),
        DeletionProtectionEnabled: true,
        BillingMode: 'PAY_PER_REQUEST',
        KeySchema: [
          { AttributeName: 'folder', KeyType: 'HASH' },
          { AttributeName: 'name', KeyType: 'RANGE' },
        ],
      }),
    });
  });
});

describe('the alarms', () => {
  const alarms = all(jobs, 'AWS::CloudWatch::Alarm');

  it('have a runbook each, and tell the topic of details both ways', () => {
    const names = alarms.map(({ AlarmName }) => String(AlarmName).replace('tenantscope-', ''));
    expect(names.sort()).toEqual([
      'billing-failing',
      'detection-failing',
      'detection-late',
      'jobs-given-up',
      'ledger-failing',
      'ledger-late',
      'maintenance-failing',
      'object-events-late',
      'object-events-lost',
    ]);
    const pages = readdirSync('docs/runbooks');
    const list = readFileSync('docs/runbooks/README.md', 'utf8');
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of alarms) {
      const page = `${String(AlarmName).replace('tenantscope-', '')}.md`;
      expect(AlarmDescription).toContain(`Runbook: https://wiki.example.com/runbooks/${page}`);
      expect(pages).toContain(page);
      expect(list).toContain(`(${page})`);
      const text = readFileSync(`docs/runbooks/${page}`, 'utf8');
      for (const heading of ['Meaning', 'First checks', 'Fix', 'Escalation']) expect(text).toContain(`## ${heading}\n`);
      expect(AlarmActions).toEqual([{ 'Fn::ImportValue': expect.stringContaining('RefDetails') }]);
      expect(OKActions).toEqual(AlarmActions);
    }
  });

  it('call somebody by two, once for one cause: the ledger’s chain, and what is nightly while that is well', () => {
    const pages = all(jobs, 'AWS::CloudWatch::CompositeAlarm');
    const rules = Object.fromEntries(
      pages.map(({ AlarmName, AlarmRule }) => [
        AlarmName,
        String(AlarmRule)
          .split(' OR ')
          .map((part) => /^ALARM\("tenantscope-([a-z-]+)"\)$/.exec(part)?.[1]),
      ]),
    );
    expect(rules).toEqual({
      'tenantscope-ledger-broken': [
        'ledger-failing',
        'detection-failing',
        'ledger-late',
        'detection-late',
        'object-events-late',
      ],
      'tenantscope-nightly-broken': ['billing-failing', 'maintenance-failing'],
    });
    const list = readFileSync('docs/runbooks/README.md', 'utf8');
    for (const { AlarmName, AlarmDescription, AlarmActions, OKActions } of pages) {
      const page = `${String(AlarmName).replace('tenantscope-', '')}.md`;
      expect(AlarmDescription).toContain(`Runbook: https://wiki.example.com/runbooks/${page}`);
      expect(list).toContain(`[${page.replace('.md', '')}](${page}) | **calls**`);
      const text = readFileSync(`docs/runbooks/${page}`, 'utf8');
      for (const heading of ['Meaning', 'First checks', 'Fix', 'Escalation']) expect(text).toContain(`## ${heading}\n`);
      expect(AlarmActions).toEqual([{ 'Fn::ImportValue': expect.stringContaining('RefAlarms') }]);
      expect(OKActions).toEqual(AlarmActions);
    }
    expect(pages.map(({ ActionsSuppressor }) => ActionsSuppressor)).toContainEqual({
      Ref: expect.stringContaining('ledgerbroken'),
    });
    // What may fail with nobody called: what later runs do anyway.
    const called = new Set(Object.values(rules).flat());
    const uncalled = alarms.map(({ AlarmName }) => String(AlarmName).replace('tenantscope-', ''));
    expect(uncalled.filter((name) => !called.has(name))).toEqual(['object-events-lost', 'jobs-given-up']);
    // Without schedules there are no alarms for what is late, and no rule asks for them.
    const off = stackOf({ jobs: { schedules: false } });
    expect(JSON.stringify(all(off, 'AWS::CloudWatch::CompositeAlarm'))).not.toContain('-late');
  });

  it('hear of runs that fail in a row however far apart they are: a period is a turn of the chain', () => {
    const periods = (template: Template): unknown =>
      Object.fromEntries(
        all(template, 'AWS::CloudWatch::Alarm')
          .filter(({ AlarmName }) => String(AlarmName).endsWith('-failing'))
          .map(({ AlarmName, Period, EvaluationPeriods }) => [AlarmName, [Period, EvaluationPeriods]]),
      );
    const by = (seconds: number) => ({
      'tenantscope-ledger-failing': [seconds, 3],
      'tenantscope-detection-failing': [seconds, 3],
      'tenantscope-billing-failing': [300, 1],
      'tenantscope-maintenance-failing': [300, 1],
    });
    expect(periods(jobs)).toEqual(by(300));
    expect(periods(stackOf({}, 'alerts: { every_minutes: 1 }\n'))).toEqual(by(300));
    expect(periods(stackOf({}, 'alerts: { every_minutes: 15 }\n'))).toEqual(by(900));
  });

  it('wait for events four turns of the ledger job, half an hour at least, and for no lost one', () => {
    const thresholds = (template: Template): unknown =>
      Object.fromEntries(
        all(template, 'AWS::CloudWatch::Alarm')
          .filter(({ AlarmName }) => String(AlarmName).includes('object-events'))
          .map(({ AlarmName, MetricName, Threshold }) => [AlarmName, `${MetricName} > ${Threshold}`]),
      );
    const by = (seconds: number) => ({
      'tenantscope-object-events-late': `ApproximateAgeOfOldestMessage > ${seconds}`,
      'tenantscope-object-events-lost': 'ObjectsUntold > 0',
    });
    expect(thresholds(jobs)).toEqual(by(1800));
    expect(thresholds(stackOf({}, 'alerts: { every_minutes: 15 }\n'))).toEqual(by(3600));
    jobs.hasResourceProperties('AWS::CloudWatch::Alarm', {
      MetricName: 'ObjectsUntold',
      Namespace: 'tenantscope',
      Dimensions: [
        { Name: 'function', Value: { Ref: Match.stringLikeRegexp('^ledgerFunction') } },
        { Name: 'service', Value: 'ledger' },
      ],
    });
    // Where nobody reads the queue, nobody is late.
    expect(thresholds(stackOf({ jobs: { schedules: false } }))).toEqual({});
  });

  it('take silence of the chain for trouble, and of the others for none', () => {
    for (const { AlarmName, TreatMissingData } of alarms) {
      expect(TreatMissingData).toBe(
        /(?:ledger|detection)-late$/.test(String(AlarmName)) ? 'breaching' : 'notBreaching',
      );
    }
  });
});
