import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';
import { describe, expect, it } from 'vitest';
import { settingsOf, templatesOf } from '../synthesise.js';

const templates = templatesOf(
  settingsOf({ tenants: { table: true, mail_from: 'platform@mail.example.com' }, cells: [{ id: 'a' }] }),
);
const [ACCOUNT, REGION] = ['111122223333', 'eu-central-1'];
const PSEUDO: Readonly<Record<string, string>> = {
  'AWS::Region': REGION,
  'AWS::AccountId': ACCOUNT,
  'AWS::Partition': 'aws',
};
const arn = (service: string, name: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${name}`;
/** What the account has, by how the logical id begins. */
const ARNS: Readonly<Record<string, string>> = {
  RegistryTable: arn('dynamodb', 'table/tenantscope-registry'),
  PublishedBucket: 'arn:aws:s3:::published',
  EventsQueue: arn('sqs', 'tenantscope-tenant-events.fifo'),
  EventsFailed: arn('sqs', 'tenantscope-tenant-events-failed.fifo'),
  LifecycleLog: arn('logs', 'log-group:/aws/lambda/tenantscope-lifecycle:*'),
  Source: arn('kinesis', 'stream/tenantscope-a'),
  Key: arn('kms', 'key/own'),
};
const STREAM = `${ARNS.RegistryTable}/stream/2026-11-27T10:00:00.000`;

interface Asked {
  readonly action: string;
  readonly resource: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}
interface Document {
  readonly Statement: unknown[];
}

/** Statements of the policies whose logical ids begin so, in a template. */
function policyOf(stack: string, id: string): Document {
  const { Resources } = (templates[stack] as Template).toJSON() as {
    Resources: Record<string, { Type: string; Properties: { PolicyDocument?: Document } }>;
  };
  const found = Object.entries(Resources).filter(
    ([name, { Type }]) => /^AWS::IAM::(Managed)?Policy$/.test(Type) && name.startsWith(id),
  );
  expect(found).toHaveLength(1);
  return resolve(found[0]?.[1].Properties.PolicyDocument) as Document;
}

function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inside] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0) {
    if (key === 'Ref') return named(String(inside));
    if (key === 'Fn::GetAtt') {
      const [id, attribute] = inside as [string, string];
      return attribute === 'StreamArn' ? STREAM : named(id);
    }
    if (key === 'Fn::ImportValue') return named(String(inside).replace(/^.*(?:FnGetAtt|Ref)/, ''));
    if (key === 'Fn::Join') return (resolve((inside as [string, unknown[]])[1]) as string[]).join('');
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolve(entry)]));
}

const named = (id: string): string =>
  PSEUDO[id] ?? ARNS[Object.keys(ARNS).find((prefix) => id.startsWith(prefix)) ?? ''] ?? id;

/** A key lets in whom its policy lets in: here the account, which leaves it to the roles' own policies. */
const KEY_POLICY = resolve(
  (
    Object.values((templates['tenantscope-tenants'] as Template).findResources('AWS::KMS::Key'))[0] as {
      Properties: { KeyPolicy: unknown };
    }
  ).Properties.KeyPolicy,
);

async function decide(policy: Document, { action, resource, context = {} }: Asked): Promise<string> {
  const answer = await runSimulation(
    {
      request: {
        action,
        principal: `arn:aws:sts::${ACCOUNT}:assumed-role/one/someone`,
        resource: { resource, accountId: ACCOUNT },
        contextVariables: { 'aws:SecureTransport': 'true', ...context },
      },
      identityPolicies: [{ name: 'own', policy: { Version: '2012-10-17', ...policy } as never }],
      serviceControlPolicies: [],
      resourceControlPolicies: [],
      ...(resource === ARNS.Key ? { resourcePolicy: KEY_POLICY as never } : {}),
    },
    {},
  );
  if (answer.resultType === 'error') throw new Error(JSON.stringify(answer.errors));
  return answer.overallResult;
}

const item = (action: string, ...partitions: string[]): Asked => ({
  ...{ action: `dynamodb:${action}`, resource: ARNS.RegistryTable ?? '' },
  context: { 'dynamodb:LeadingKeys': partitions },
});
const object = (action: string, key: string): Asked => ({
  ...{ action: `s3:${action}`, resource: `arn:aws:s3:::${key}` },
});
const key = (action: string, service?: string, name = 'own'): Asked => ({
  ...{ action: `kms:${action}`, resource: arn('kms', `key/${name}`) },
  context: service === undefined ? {} : { 'kms:ViaService': `${service}.${REGION}.amazonaws.com` },
});
const send = (queue: string): Asked => ({ action: 'sqs:SendMessage', resource: arn('sqs', queue) });
const mail = (identity: string, from: string): Asked => ({
  ...{ action: 'ses:SendEmail', resource: arn('ses', `identity/${identity}`) },
  context: { 'ses:FromAddress': from },
});
const list = (prefix: string): Asked => ({ ...object('ListBucket', 'published'), context: { 's3:prefix': prefix } });

const MANIFEST = 'published/manifests/acme/tenant-acme/config-map.yaml';
const SNAPSHOT = 'published/registry/registry.json';
const NOBODY: readonly Asked[] = [
  { action: 'dynamodb:Scan', resource: ARNS.RegistryTable ?? '' },
  { action: 'dynamodb:DeleteTable', resource: ARNS.RegistryTable ?? '' },
  { action: 'dynamodb:UpdateTable', resource: ARNS.RegistryTable ?? '' },
  {
    action: 'dynamodb:PutItem',
    resource: arn('dynamodb', 'table/orders'),
    context: { 'dynamodb:LeadingKeys': ['registry'] },
  },
  ...[
    object('PutBucketPolicy', 'published'),
    object('DeleteObjectVersion', MANIFEST),
    object('DeleteObject', SNAPSHOT),
  ],
  ...[
    object('GetObject', 'data/events/tenant_id=acme/dt=2026-11-27/a.parquet'),
    object('PutObject', 'data/registry/registry.json'),
  ],
  ...[key('ScheduleKeyDeletion'), key('Decrypt', 'dynamodb', 'another'), key('Decrypt', 's3', 'another')],
  { action: 'kinesis:GetRecords', resource: ARNS.Source ?? '' },
];
const READS_TABLE = [item('GetItem', 'registry'), item('Query', 'registry')];
const WRITES_FILES = [object('PutObject', SNAPSHOT), object('PutObject', MANIFEST), object('DeleteObject', MANIFEST)];

const ROLES: readonly (readonly [string, string, string, readonly Asked[], readonly Asked[]])[] = [
  [
    'the function that follows',
    'tenantscope-tenants',
    'LifecycleRole',
    [
      ...[
        ...READS_TABLE,
        item('PutItem', 'sent'),
        item('GetItem', 'sent'),
        ...WRITES_FILES,
        object('GetObject', SNAPSHOT),
        list('manifests/acme/'),
      ],
      ...[key('Decrypt', 'dynamodb'), key('GenerateDataKey', 's3')],
      mail('platform@mail.example.com', 'platform@mail.example.com'),
      mail('mail.example.com', 'platform@mail.example.com'),
      { action: 'sqs:ReceiveMessage', resource: ARNS.EventsQueue ?? '' },
    ],
    [
      ...[
        item('PutItem', 'registry'),
        item('PutItem', 'claim'),
        item('PutItem', 'sent', 'registry'),
        item('DeleteItem', 'sent'),
      ],
      ...[item('Query', 'claim'), object('PutObject', 'published/other'), send('tenantscope-tenant-events.fifo')],
      mail('mail.example.com', 'ceo@mail.example.com'),
      mail('example.com', 'platform@mail.example.com'),
      { action: 'sqs:ReceiveMessage', resource: ARNS.EventsFailed ?? '' },
    ],
  ],
  [
    'who registers tenants',
    'tenantscope-tenants',
    'RegistryRegistrar',
    [
      ...READS_TABLE,
      ...['registry', 'claim', 'sent'].map((name) => item('PutItem', name)),
      item('PutItem', 'registry', 'claim'),
      item('DeleteItem', 'claim'),
      key('Decrypt', 'dynamodb'),
    ],
    [
      ...WRITES_FILES,
      item('PutItem', 'other'),
      item('PutItem', 'registry', 'other'),
      item('Query', 'sent'),
      key('Decrypt', 's3'),
      send('tenantscope-tenant-events.fifo'),
      mail('mail.example.com', 'platform@mail.example.com'),
    ],
  ],
  [
    'the pipe',
    'tenantscope-tenants',
    'EventsPipeRole',
    [{ action: 'dynamodb:GetRecords', resource: STREAM }, send('tenantscope-tenant-events.fifo'), key('Decrypt')],
    [
      ...[
        item('GetItem', 'registry'),
        item('PutItem', 'registry'),
        send('tenantscope-tenant-events-failed.fifo'),
        send('orders.fifo'),
      ],
      ...[...WRITES_FILES, { action: 'dynamodb:GetRecords', resource: arn('dynamodb', 'table/orders/stream/1') }],
    ],
  ],
  [
    'the schedule',
    'tenantscope-tenants',
    'EventsScheduleRole',
    [send('tenantscope-tenant-events.fifo')],
    [
      send('tenantscope-tenant-events-failed.fifo'),
      ...READS_TABLE,
      ...WRITES_FILES,
      { action: 'sqs:ReceiveMessage', resource: ARNS.EventsQueue ?? '' },
    ],
  ],
  [
    'what applies manifests',
    'tenantscope-tenants',
    'PublishedManifestsReader',
    [object('GetObject', MANIFEST), list('manifests/acme/'), key('Decrypt', 's3')],
    [
      ...WRITES_FILES,
      object('GetObject', SNAPSHOT),
      list(''),
      list('registry/'),
      ...READS_TABLE,
      key('GenerateDataKey', 's3'),
    ],
  ],
  [
    'a cell’s transform',
    'tenantscope-cell-a',
    'TransformRole',
    [object('GetObject', SNAPSHOT)],
    [...WRITES_FILES, object('GetObject', MANIFEST), list('registry/'), ...READS_TABLE],
  ],
];

describe.each(ROLES)('%s', (_, stack, id, allowed, denied) => {
  const policy = policyOf(stack, id);
  const rows = (asked: readonly Asked[]) =>
    asked.map(
      (one) =>
        [
          `${one.action} ${one.resource.split(':').slice(2).join(':')} ${JSON.stringify(one.context ?? {})}`,
          one,
        ] as const,
    );

  it.each(rows(allowed))('may %s', async (_name, asked) => {
    expect(await decide(policy, asked)).toBe('Allowed');
  });
  it.each(rows([...denied, ...NOBODY]))('may not %s', async (_name, asked) => {
    expect(await decide(policy, asked)).toMatch(/Denied/);
  });
});

describe('buckets and queues', () => {
  it('answer nobody without TLS', () => {
    const text = JSON.stringify((templates['tenantscope-tenants'] as Template).toJSON());
    // Two buckets (which refuse old TLS besides) and two queues.
    expect(text.match(/"aws:SecureTransport":"false"/g)).toHaveLength(4);
    expect(text.match(/"s3:TlsVersion":1.2/g)).toHaveLength(2);
  });

  it('let services of another account do nothing in their roles’ name', () => {
    const roles = (templates['tenantscope-tenants'] as Template).findResources('AWS::IAM::Role');
    for (const id of Object.keys(roles).filter((name) => name.startsWith('Events'))) {
      const { AssumeRolePolicyDocument } = (
        roles[id] as { Properties: { AssumeRolePolicyDocument: { Statement: object[] } } }
      ).Properties;
      expect(AssumeRolePolicyDocument.Statement).toMatchObject([
        { Condition: { StringEquals: { 'aws:SourceAccount': { Ref: 'AWS::AccountId' } } } },
      ]);
    }
  });

  it('have no action with a wildcard in any policy of a role', () => {
    for (const type of ['AWS::IAM::Policy', 'AWS::IAM::ManagedPolicy'])
      expect(JSON.stringify((templates['tenantscope-tenants'] as Template).findResources(type))).not.toMatch(
        /"Action":"\*"|"[a-z0-9-]+:[A-Za-z]*\*"/,
      );
  });
});
