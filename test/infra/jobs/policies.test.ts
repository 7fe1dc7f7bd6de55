import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { type Asked, decider } from '../people/decide.js';
import { settingsOf, templatesOf } from '../synthesise.js';

const SECRET = 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:billing-AbCdEf';
const lakeAndJobs = (config = '') => {
  const templates = templatesOf(settingsOf({ jobs: { signing_secret: SECRET } }, config));
  const [jobs, lake, cell, onCall] = ['jobs', 'lake', 'cell-default', 'on-call'].map(
    (name) => templates[`tenantscope-${name}`] as Template,
  );
  return decider(jobs as Template, lake as Template, cell as Template, onCall);
};
const decide = lakeAndJobs();

const s3 = (action: string, key: string): Asked => ({ action: `s3:${action}`, resource: `arn:aws:s3:::${key}` });
const get = (key: string): Asked => s3('GetObject', key);
const put = (key: string): Asked => s3('PutObject', key);
const remove = (key: string): Asked => s3('DeleteObject', key);
const list = (bucket: string): Asked => ({ ...s3('ListBucket', bucket), context: { 's3:prefix': 'anything/' } });
const of = (service: string, action: string, resource: string): Asked => ({
  action: `${service}:${action}`,
  resource: `arn:aws:${service}:REGION:ACCOUNT:${resource}`,
});
const query = (workgroup: string): Asked => of('athena', 'StartQueryExecution', `workgroup/tenantscope-${workgroup}`);
const glue = (action: string, table: string): Asked => of('glue', action, `table/tenantscope/${table}`);
const item = (action: string, table: string): Asked => of('dynamodb', action, `table/tenantscope-${table}`);
const publish = of('sns', 'Publish', 'tenantscope-alarms');
const key = (name: string, via?: string): Asked => ({
  ...of('kms', 'Decrypt', `key/${name}`),
  ...(via === undefined ? {} : { context: { 'kms:ViaService': `${via}.eu-central-1.amazonaws.com` } }),
});
const secret: Asked = { action: 'secretsmanager:GetSecretValue', resource: SECRET };

const EVENTS = 'tenantscope-object-events';
const LINES = 'data/events/tenant_id=acme/dt=2026-11-27/a.parquet';
const COMPACTED = 'data/events_compacted/tenant_id=acme/dt=2026-11-01/a.parquet';
const ERRORS = 'data/errors/processing-failed/2026/11/27/10/a';
const LEDGER = 'data/ledger/tables/usage/data/a.parquet';
const MANIFEST = 'data/ledger/manifests/0000000001.json';
const EXPORT = 'exports/tenantscope/BILLING_PERIOD=2026-11/version=0001/manifest.json';
const RESULT = 'results/athena/tenantscope-ledger/q.csv';

/** What reading a queue takes. */
const TAKING = ['ReceiveMessage', 'DeleteMessage', 'ChangeMessageVisibility', 'GetQueueAttributes'] as const;

/** What every job needs. */
const EVERY: readonly Asked[] = [
  ...[item('GetItem', 'jobs'), item('PutItem', 'jobs'), key('lake', 's3'), key('lake', 'dynamodb'), key('jobs')],
  ...[query('ledger'), glue('GetTable', 'usage'), get(RESULT), put(RESULT), get(LEDGER), get(MANIFEST), list('data')],
  of('athena', 'GetTableMetadata', 'datacatalog/AwsDataCatalog'),
  of('sqs', 'SendMessage', 'tenantscope-jobs-given-up'),
];

const ALLOWED: Readonly<Record<string, readonly Asked[]>> = {
  ledger: [
    ...[get(LINES), get(COMPACTED), put(LEDGER), put(MANIFEST), remove(LEDGER), glue('GetTable', 'events')],
    ...['CreateTable', 'UpdateTable', 'DeleteTable'].flatMap((action) => [
      glue(action, 'usage'),
      glue(action, 'stage_1'),
    ]),
    of('lambda', 'InvokeFunction', 'function:tenantscope-detection'),
    ...TAKING.map((action) => of('sqs', action, EVENTS)),
  ],
  detection: [
    item('PutItem', 'alerts'),
    item('Query', 'alerts'),
    item('DeleteItem', 'alerts'),
    publish,
    key('on-call'),
  ],
  billing: [get(EXPORT), put(EXPORT), list('exports'), secret],
  maintenance: [
    ...[get(LINES), remove(LINES), get(COMPACTED), put(COMPACTED), remove(COMPACTED), put(LEDGER), remove(LEDGER)],
    ...[glue('UpdateTable', 'usage'), remove(ERRORS)],
  ],
};

/** What no job may. */
const FORBIDDEN: readonly Asked[] = [
  ...[
    get(ERRORS),
    put(ERRORS),
    put(LINES),
    remove(EXPORT),
    s3('DeleteObjectVersion', LEDGER),
    get('access-logs/data/a'),
  ],
  ...[
    s3('PutBucketPolicy', 'data'),
    query('reports'),
    query('tenant-acme'),
    put('results/athena/tenantscope-reports/q.csv'),
  ],
  ...[
    glue('UpdateTable', 'events'),
    glue('DeleteTable', 'events'),
    of('dynamodb', 'DeleteTable', 'table/tenantscope-jobs'),
  ],
  of('kinesis', 'PutRecords', 'stream/tenantscope-default'),
  of('sqs', 'ReceiveMessage', 'tenantscope-jobs-given-up'),
  ...['SendMessage', 'PurgeQueue', 'DeleteQueue', 'SetQueueAttributes'].map((action) => of('sqs', action, EVENTS)),
  { action: 'iam:PutRolePolicy', resource: 'arn:aws:iam::111122223333:role/tenantscope-ledger-job' },
  ...[key('lake'), key('lake', 'kinesis'), key('another')],
];

const DENIED: Readonly<Record<string, readonly Asked[]>> = {
  ledger: [
    ...[
      get(EXPORT),
      put(EXPORT),
      item('GetItem', 'alerts'),
      publish,
      secret,
      put(COMPACTED),
      remove(LINES),
      remove(ERRORS),
    ],
    list('exports'),
    ...TAKING.flatMap((action) => [
      of('sqs', action, 'another-object-events'),
      { action: `sqs:${action}`, resource: `arn:aws:sqs:eu-central-1:444455556666:${EVENTS}` },
    ]),
  ],
  detection: [
    ...TAKING.map((action) => of('sqs', action, EVENTS)),
    ...[get(LINES), get(EXPORT), put(EXPORT), put(LEDGER), put(MANIFEST), remove(LEDGER), secret, remove(LINES)],
    ...[
      glue('UpdateTable', 'usage'),
      glue('GetTable', 'stage_1'),
      of('lambda', 'InvokeFunction', 'function:tenantscope-ledger'),
    ],
  ],
  billing: [
    ...TAKING.map((action) => of('sqs', action, EVENTS)),
    ...[get(LINES), put(LEDGER), put(MANIFEST), item('GetItem', 'alerts'), publish, glue('UpdateTable', 'usage')],
    { ...secret, resource: SECRET.replace('billing', 'other') },
  ],
  maintenance: [
    ...TAKING.map((action) => of('sqs', action, EVENTS)),
    get(EXPORT),
    put(EXPORT),
    item('GetItem', 'alerts'),
    publish,
    secret,
    put('data/errors/x'),
    list('exports'),
  ],
};

describe.each(Object.keys(ALLOWED))('the %s job', (job) => {
  const named = (asked: readonly Asked[]) =>
    asked.map(
      (one) => [`${one.action} ${one.resource.split(':').slice(2).join(':')} ${one.context ? 'so' : ''}`, one] as const,
    );

  it.each(named([...EVERY, ...(ALLOWED[job] ?? [])]))('may %s', async (_, asked) => {
    expect(await decide(`${job}-job`, asked)).toBe('Allowed');
  });
  it.each(named([...FORBIDDEN, ...(DENIED[job] ?? [])]))('may not %s', async (_, asked) => {
    expect(await decide(`${job}-job`, asked)).toMatch(/Denied/);
  });
  it('may nothing without TLS', async () => {
    expect(await decide(`${job}-job`, { ...get(LEDGER), context: { 'aws:SecureTransport': 'false' } })).toBe(
      'ExplicitlyDenied',
    );
  });
});

describe('a detection job with channels of its own', () => {
  const channels = `
    own: { type: sns, topic_arn: 'arn:aws:sns:eu-central-1:111122223333:own' }
    bus: { type: eventbridge, bus: incidents }
    gauges: { type: cloudwatch, namespace: tenants }
    mail: { type: mail, to: [a@example.com], from: 'Alerts <alerts@example.com>' }
    pager: { type: pagerduty, routing_key: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:pager-AbCdEf:key' }
    slack: { type: slack, url: 'arn:aws:ssm:eu-central-1:111122223333:parameter/slack' }`;
  const own = lakeAndJobs(
    `detection: { state: 's3://incidents/of-ours' }\nalerts:\n  channels:${channels}\n  routes: [{ channels: [own, bus, mail, pager, slack] }]\n`,
  );
  const metrics = (namespace: string): Asked => ({
    action: 'cloudwatch:PutMetricData',
    resource: '*',
    context: { 'cloudwatch:namespace': namespace },
  });
  const mail = (from: string): Asked => ({
    ...of('ses', 'SendEmail', 'identity/example.com'),
    context: { 'ses:FromAddress': from },
  });
  const pager: Asked = {
    action: 'secretsmanager:GetSecretValue',
    resource: 'arn:aws:secretsmanager:eu-central-1:111122223333:secret:pager-AbCdEf',
  };
  const state = 'incidents/of-ours/alerts/state.json';

  it('may use them', async () => {
    const asked = [
      ...[of('sns', 'Publish', 'own'), of('events', 'PutEvents', 'event-bus/incidents'), metrics('tenants'), pager],
      ...[mail('alerts@example.com'), of('ssm', 'GetParameter', 'parameter/slack'), get(state), put(state)],
    ];
    for (const one of asked) expect([one, await own('detection-job', one)]).toEqual([one, 'Allowed']);
  });
  it('may use no others', async () => {
    const asked = [
      ...[publish, of('events', 'PutEvents', 'event-bus/default'), metrics('other'), mail('ceo@example.com')],
      ...[
        item('PutItem', 'alerts'),
        put('incidents/another/alerts/state.json'),
        of('ssm', 'GetParameter', 'parameter/other'),
      ],
    ];
    for (const one of asked)
      expect([one, await own('detection-job', one)]).toEqual([one, expect.stringMatching(/Denied/)]);
  });
});
