import { createRequire } from 'node:module';
import { App } from 'aws-cdk-lib';
import { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { LakeStack } from '../../../infra/lake/LakeStack.js';
import { PeopleStack } from '../../../infra/people/PeopleStack.js';
import { BOOKINGS_TABLE, LEDGER_TABLES } from '../../../model/index.js';
import { settingsOf, templatesOf } from '../synthesise.js';
import { type Asked, decider, resolve } from './decide.js';

const templates = templatesOf(settingsOf({ people: { tenants: ['acme'] } }));
const decide = decider(
  templates['tenantscope-people'] as Template,
  templates['tenantscope-lake'] as Template,
  templates['tenantscope-cell-default'] as Template,
);

const get = (key: string, more: Partial<Asked> = {}): Asked => ({
  action: 's3:GetObject',
  resource: `arn:aws:s3:::${key}`,
  ...more,
});
const put = (key: string, more: Partial<Asked> = {}): Asked => ({ ...get(key, more), action: 's3:PutObject' });
const list = (bucket: string, prefix: string, more: Partial<Asked> = {}): Asked => ({
  action: 's3:ListBucket',
  resource: `arn:aws:s3:::${bucket}`,
  context: { 's3:prefix': prefix },
  ...more,
});
const query = (workgroup: string, more: Partial<Asked> = {}): Asked => ({
  action: 'athena:StartQueryExecution',
  resource: `arn:aws:athena:REGION:ACCOUNT:workgroup/tenantscope-${workgroup}`,
  ...more,
});
const saved = (action: 'List' | 'Get', workgroup: string, more: Partial<Asked> = {}): Asked => ({
  ...query(workgroup, more),
  action: action === 'List' ? 'athena:ListNamedQueries' : 'athena:GetNamedQuery',
});
const locate = (bucket: string, more: Partial<Asked> = {}): Asked => ({
  action: 's3:GetBucketLocation',
  resource: `arn:aws:s3:::${bucket}`,
  ...more,
});
const table = (name: string, more: Partial<Asked> = {}): Asked => ({
  action: 'glue:GetTable',
  resource: `arn:aws:glue:REGION:ACCOUNT:table/tenantscope/${name}`,
  ...more,
});
/** Where the files of a table lie, as the command line asks before it sends a statement. */
const place = (catalog: string, more: Partial<Asked> = {}): Asked => ({
  action: 'athena:GetTableMetadata',
  resource: `arn:aws:athena:REGION:ACCOUNT:datacatalog/${catalog}`,
  ...more,
});
const decrypt = (key: string, service = 's3', more: Partial<Asked> = {}): Asked => ({
  action: 'kms:Decrypt',
  resource: `arn:aws:kms:REGION:ACCOUNT:key/${key}`,
  context: { 'kms:ViaService': `${service}.eu-central-1.amazonaws.com` },
  ...more,
});

/** Of a stream with the tag of a deployment, or with none. */
const putRecords = (stream: string, deployment = 'tenantscope'): Asked => ({
  action: 'kinesis:PutRecords',
  resource: `arn:aws:kinesis:REGION:ACCOUNT:stream/${stream}`,
  ...(deployment === 'none' ? {} : { context: { 'aws:ResourceTag/tenantscope:deployment': deployment } }),
});
const describeDelivery = (name: string): Asked => ({
  action: 'firehose:DescribeDeliveryStream',
  resource: `arn:aws:firehose:REGION:ACCOUNT:deliverystream/${name}`,
});
/** What Kinesis asks of KMS for whoever puts a record. */
const encrypt = (deployment: string, service = 'kinesis'): Asked => ({
  action: 'kms:GenerateDataKey',
  resource: 'arn:aws:kms:REGION:ACCOUNT:key/cell',
  context: {
    'kms:ViaService': `${service}.eu-central-1.amazonaws.com`,
    'aws:ResourceTag/tenantscope:deployment': deployment,
  },
});

const incidents = (action: string): Asked => ({
  action: `dynamodb:${action}`,
  resource: 'arn:aws:dynamodb:REGION:ACCOUNT:table/tenantscope-alerts',
});

const LINES = 'data/events/tenant_id=acme/dt=2026-11-27/a.parquet';
const OTHERS = 'data/events/tenant_id=globex/dt=2026-11-27/a.parquet';
const ERRORS = 'data/errors/processing-failed/2026/11/27/10/a';
const JOURNAL = 'data/replays/0b7c2c9e.json';
const LEDGER = 'data/ledger/tables/usage/data/a.parquet';
const EXPORT = 'exports/tenantscope/BILLING_PERIOD=2026-11/version=0001/manifest.json';
const acme = { tenant: 'acme' };

const ALLOWED: Readonly<Record<string, readonly Asked[]>> = {
  operator: [
    ...[get(LINES), get(OTHERS), get(LEDGER), list('data', 'events/'), list('data', 'ledger/manifests/')],
    ...[query('reports'), table('usage'), table('events'), decrypt('lake')],
    ...[put('results/athena/tenantscope-reports/q.csv'), get('results/athena/tenantscope-reports/q.csv')],
    ...[locate('data'), locate('results'), list('results', 'athena/tenantscope-reports/')],
    ...[saved('List', 'reports'), saved('Get', 'reports'), place('AwsDataCatalog')],
  ],
  'on-call': [
    ...[get(LINES), query('reports'), get('data/alerts/state.json'), put('data/alerts/state.json')],
    ...[incidents('GetItem'), incidents('PutItem'), incidents('Query'), decrypt('lake', 'dynamodb')],
  ],
  finance: [
    get(EXPORT),
    list('exports', ''),
    get(LEDGER),
    query('reports'),
    saved('Get', 'reports'),
    table('usage'),
    place('AwsDataCatalog'),
    decrypt('lake'),
  ],
  close: [
    ...[get(EXPORT), list('exports', ''), put(EXPORT), decrypt('lake')],
    ...[get(LEDGER), get('data/ledger/manifests/0000000009.json'), list('data', 'ledger/manifests/')],
    ...[query('reports'), table('events'), place('AwsDataCatalog'), list('data', 'events/')],
    // Regression: the ledger is opened as a whole, and asks first which tables there are; `bill close` was refused both.
    ...[...Object.values(LEDGER_TABLES), BOOKINGS_TABLE].map(({ name }) => table(name)),
    { ...table('*'), action: 'glue:GetTables' },
    { action: 'glue:GetTables', resource: 'arn:aws:glue:REGION:ACCOUNT:database/tenantscope' },
  ],
  replay: [
    ...[get(ERRORS), list('data', 'errors/processing-failed/'), decrypt('lake')],
    ...[get(JOURNAL), put(JOURNAL), list('data', 'replays/')],
    ...[putRecords('tenantscope-default'), putRecords('tenantscope-platform'), describeDelivery('tenantscope-default')],
    encrypt('tenantscope'),
  ],
  tenant: [
    ...[get(LINES, acme), list('data', 'events/tenant_id=acme/', acme), query('tenant-acme', acme)],
    ...[table('events', acme), get('data/events_compacted/tenant_id=acme/dt=2026-11-01/a.parquet', acme)],
    ...[get('results/athena/tenantscope-tenant-acme/q.csv', acme), decrypt('lake', 's3', acme)],
    put('results/athena/tenantscope-tenant-acme/q.csv', acme),
    ...[locate('data', acme), list('results', 'athena/tenantscope-tenant-acme/', acme), place('AwsDataCatalog', acme)],
  ],
};

/** What nobody may, whoever they are. */
const FORBIDDEN: readonly Asked[] = [
  ...[put(LINES), put(LEDGER), put(ERRORS), put(EXPORT), put('data/ledger/manifests/0000000009.json')],
  ...[
    { ...get(LINES), action: 's3:DeleteObject' },
    { ...get(EXPORT), action: 's3:DeleteObjectVersion' },
  ],
  { ...get('data'), action: 's3:PutBucketPolicy' },
  incidents('DeleteTable'),
  { ...incidents('GetItem'), resource: 'arn:aws:dynamodb:REGION:ACCOUNT:table/tenantscope-jobs' },
  { action: 'kinesis:GetRecords', resource: 'arn:aws:kinesis:REGION:ACCOUNT:stream/tenantscope-default' },
  { action: 'glue:DeleteTable', resource: 'arn:aws:glue:REGION:ACCOUNT:table/tenantscope/events' },
  { action: 'iam:PutRolePolicy', resource: 'arn:aws:iam::111122223333:role/tenantscope-operator' },
  place('of-another'),
  ...[decrypt('another'), decrypt('lake', 'kinesis'), query('ledger'), get('access-logs/data/a')],
  ...[saved('Get', 'ledger'), { ...query('reports'), action: 'athena:CreateNamedQuery' }],
];

/** What only a replay may. */
const REPLAYING: readonly Asked[] = [
  ...[putRecords('tenantscope-default'), putRecords('tenantscope-platform'), encrypt('tenantscope')],
  ...[get(JOURNAL), put(JOURNAL), get(ERRORS), list('data', 'errors/')],
];

const DENIED: Readonly<Record<string, readonly Asked[]>> = {
  operator: [...FORBIDDEN, ...REPLAYING, get(EXPORT), put('data/alerts/state.json'), query('tenant-acme')],
  'on-call': [...FORBIDDEN, ...REPLAYING, get(EXPORT)],
  finance: [
    ...FORBIDDEN,
    incidents('GetItem'),
    ...REPLAYING,
    get(LINES),
    list('data', 'events/'),
    table('events'),
    get('data/alerts/state.json'),
  ],
  close: [
    ...FORBIDDEN.filter(({ action, resource }) => action !== 's3:PutObject' || !resource.includes(':::exports/')),
    ...[...REPLAYING, incidents('GetItem'), get(LINES), get('data/alerts/state.json')],
    ...[
      { ...get(EXPORT), action: 's3:DeleteObject' },
      { ...put(EXPORT), action: 's3:BypassGovernanceRetention' },
    ],
    // Objects of lines are seen by their names, and nothing else of the lake is.
    ...[list('data', 'errors/'), list('data', ''), table('events_compacted')],
  ],
  replay: [
    ...[...FORBIDDEN, get(LINES), get(LEDGER), get(EXPORT), query('reports')],
    // A stream, a delivery and a key of others in the account, and its own key for another service.
    ...[putRecords('orders'), putRecords('tenantscope'), describeDelivery('orders'), encrypt('orders')],
    // A stream of the deployment `tenantscope-staging` is named as if it were its own; it and its key have another tag.
    putRecords('tenantscope-staging-default', 'tenantscope-staging'),
    // Regression: one of somebody else that is named so and not encrypted was open.
    putRecords('tenantscope-orders', 'none'),
    ...[encrypt('tenantscope-staging'), encrypt('tenantscope', 's3'), list('data', 'events/')],
  ],
  tenant: [
    ...[...FORBIDDEN, ...REPLAYING].map((asked) => ({ ...asked, ...acme })),
    ...[
      get(OTHERS, acme),
      list('data', 'events/tenant_id=globex/', acme),
      list('data', 'events/', acme),
      list('data', '', acme),
    ],
    ...[get(ERRORS, acme), get(LEDGER, acme), get(EXPORT, acme), list('exports', '', acme), table('usage', acme)],
    ...[
      query('tenant-globex', acme),
      query('reports', acme),
      saved('Get', 'reports', acme),
      get('results/athena/tenantscope-tenant-globex/q.csv', acme),
    ],
    ...[
      list('results', 'athena/', acme),
      list('results', 'athena/tenantscope-tenant-globex/', acme),
      locate('exports', acme),
    ],
    ...[get('results/athena/tenantscope-reports/q.csv', acme), get('data/alerts/state.json', acme)],
    // A name that begins as another does is another.
    ...[get(OTHERS, { tenant: 'glob' }), query('tenant-acme-2', acme), get(LINES.replace('acme', 'acme-2'), acme)],
  ],
};

describe.each(Object.keys(ALLOWED))('%s', (role) => {
  const named = (list: readonly Asked[]) =>
    list.map((asked) => [`${asked.action} ${asked.resource.split(':').slice(2).join(':')}`, asked] as const);

  it.each(named(ALLOWED[role] ?? []))('may %s', async (_, asked) => {
    expect(await decide(role, asked)).toBe('Allowed');
  });
  it.each(named(DENIED[role] ?? []))('may not %s', async (_, asked) => {
    expect(await decide(role, asked)).toMatch(/Denied/);
  });
  it('may nothing without TLS', async () => {
    const [reading] = (ALLOWED[role] ?? []).filter(({ action }) => action === 's3:GetObject');
    if (reading === undefined) throw new Error('every role reads something');
    expect(await decide(role, { ...reading, context: { 'aws:SecureTransport': 'false' } })).toBe('ExplicitlyDenied');
    expect(await decide(role, { ...reading, context: { 's3:TlsVersion': '1.1' } })).toBe('ExplicitlyDenied');
  });
});

describe('the policies of replay and of the boundary', () => {
  it('are of the same length for one cell and for 300, which is within what IAM takes (regression: full at 42)', () => {
    const lengths = [1, 300].map((count) => {
      const settings = settingsOf({
        cells: Array.from({ length: count }, (_, at) => ({ id: `cell-${at}` })),
        tenants: { table: true },
      });
      const app = new App({ context: createRequire(import.meta.url)('aws-cdk-lib/recommended-feature-flags.json') });
      const lake = new LakeStack(app, 'tenantscope-lake', { settings });
      const people = Template.fromStack(new PeopleStack(app, 'tenantscope-people', { settings, lake }));
      const [role] = Object.values(
        people.findResources('AWS::IAM::Role', { Properties: { RoleName: 'tenantscope-replay' } }),
      ) as { Properties: { Policies: { PolicyDocument: object }[] } }[];
      const [boundary] = Object.values(people.findResources('AWS::IAM::ManagedPolicy')) as {
        Properties: { PolicyDocument: object };
      }[];
      return [role?.Properties.Policies[0]?.PolicyDocument, boundary?.Properties.PolicyDocument].map(
        (document) => JSON.stringify(resolve(document)).length,
      );
    });
    expect(lengths[1]).toEqual(lengths[0]);
    // Of 10,240 and 6,144: what stands in for buckets here has shorter names than they have.
    expect(lengths[0]?.[0]).toBeLessThan(8000);
    expect(lengths[0]?.[1]).toBeLessThan(5000);
  });
});

it('replay goes by a tag that every cell’s stream and its key have', () => {
  for (const cell of ['default', 'platform']) {
    const template = templates[`tenantscope-cell-${cell}`] as Template;
    const streams = Object.values(template.findResources('AWS::Kinesis::Stream'));
    expect(streams).toHaveLength(1);
    const [key] = Object.values(template.findResources('AWS::KMS::Key'));
    for (const one of [...streams, key])
      expect(one).toMatchObject({ Properties: { Tags: [{ Key: 'tenantscope:deployment', Value: 'tenantscope' }] } });
  }
});

describe('a session for a tenant', () => {
  const reaches = [
    LINES,
    OTHERS,
    ERRORS,
    LEDGER,
    EXPORT,
    'data/events/tenant_id=_shared/dt=2026-11-27/a.parquet',
    'data/events/tenant_id=/dt=x/a.parquet',
  ];

  it.each([
    undefined,
    '',
    '*',
    '?',
    'acm?',
    'a*',
    '..',
    '../globex',
    '/',
    'acme/',
    'acme/../globex',
    '_shared',
    '_unknown',
    '_erased',
    '-',
    'acme globex',
    'acme:x',
  ])('with the tag %s reaches nothing', async (tenant) => {
    for (const key of reaches) {
      const asked = tenant === undefined ? get(key) : get(key, { tenant });
      expect(await decide('tenant', asked)).toBe('ExplicitlyDenied');
    }
    const asked = tenant === undefined ? query('reports') : query('reports', { tenant });
    expect(await decide('tenant', asked)).toBe('ExplicitlyDenied');
  });

  it('in another case is another tenant', async () => {
    for (const tenant of ['ACME', 'Acme', 'ACME ']) {
      for (const key of reaches) expect(await decide('tenant', get(key, { tenant }))).toMatch(/Denied/);
    }
  });
});

describe('workgroups', () => {
  it('leave nobody a choice of how much is read, nor of where results go but the ledger’s jobs, whose tables would lie there', () => {
    const groups = Object.values(
      (templates['tenantscope-people'] as Template).findResources('AWS::Athena::WorkGroup'),
    ) as {
      Properties: { Name: string; WorkGroupConfiguration: Record<string, unknown> };
    }[];
    expect(groups.map(({ Properties }) => Properties.Name).sort()).toEqual([
      'tenantscope-ledger',
      'tenantscope-reports',
      'tenantscope-tenant-acme',
    ]);
    for (const { Properties } of groups) {
      expect(Properties.WorkGroupConfiguration).toMatchObject({
        EnforceWorkGroupConfiguration: Properties.Name !== 'tenantscope-ledger',
        BytesScannedCutoffPerQuery: 100_000_000_000,
        EngineVersion: { SelectedEngineVersion: 'Athena engine version 3' },
        ResultConfiguration: { EncryptionConfiguration: { EncryptionOption: 'SSE_KMS' } },
      });
      expect(JSON.stringify(Properties.WorkGroupConfiguration)).toContain(`/athena/${Properties.Name}/`);
    }
  });
});
