import { runSimulation } from '@cloud-copilot/iam-simulate';
import type { Template } from 'aws-cdk-lib/assertions';

const ACCOUNT = '111122223333';
const REGION = 'eu-central-1';
/** What the simulated account has, by the logical id of the lake's resource that it stands for, without its hash. */
const ARNS: Readonly<Record<string, string>> = {
  BucketsData: 'arn:aws:s3:::data',
  BucketsResults: 'arn:aws:s3:::results',
  BucketsExports: 'arn:aws:s3:::exports',
  BucketsAccessLogs: 'arn:aws:s3:::access-logs',
  Key: `arn:aws:kms:${REGION}:${ACCOUNT}:key/lake`,
  JobsKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/jobs`,
  OnCallKey: `arn:aws:kms:${REGION}:${ACCOUNT}:key/on-call`,
  Alarms: `arn:aws:sns:${REGION}:${ACCOUNT}:tenantscope-alarms`,
  TablesAlerts: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/tenantscope-alerts`,
  TablesJobs: `arn:aws:dynamodb:${REGION}:${ACCOUNT}:table/tenantscope-jobs`,
  Failed: `arn:aws:sqs:${REGION}:${ACCOUNT}:tenantscope-jobs-given-up`,
  ObjectEventsQueue: `arn:aws:sqs:${REGION}:${ACCOUNT}:tenantscope-object-events`,
  detectionFunction: `arn:aws:lambda:${REGION}:${ACCOUNT}:function:tenantscope-detection`,
};
/** Key of a cell's stream. */
const CELL_KEY = `arn:aws:kms:${REGION}:${ACCOUNT}:key/cell`;

/** A request that somebody makes. */
export interface Asked {
  readonly action: string;
  /** An ARN; `REGION:ACCOUNT` stands for this account's. */
  readonly resource: string;
  /** Session tag `tenant_id`; none when absent. */
  readonly tenant?: string;
  readonly context?: Readonly<Record<string, string | string[]>>;
}

interface Policy {
  readonly Statement: unknown[];
  readonly [key: string]: unknown;
}

/**
 * Says of requests whether IAM allows them to a role of the synthesised templates: by its own policies, its boundary where it
 * has one, and the policy of the bucket or key together.
 */
export function decider(
  people: Template,
  lake: Template,
  cell: Template,
  onCall?: Template,
): (role: string, asked: Asked) => Promise<string> {
  const properties = (template: Template, type: string): Record<string, Record<string, unknown>> =>
    Object.fromEntries(
      Object.entries(template.findResources(type)).map(([id, resource]) => {
        return [id, resolve((resource as { Properties: unknown }).Properties) as Record<string, unknown>];
      }),
    );
  const roles = Object.entries(properties(people, 'AWS::IAM::Role'));
  const [boundary] = Object.values(properties(people, 'AWS::IAM::ManagedPolicy'));
  const attached = Object.values(properties(people, 'AWS::IAM::Policy'));
  const buckets = Object.values(properties(lake, 'AWS::S3::BucketPolicy'));
  const [keyOfLake, keyOfOwn, keyOfCell, keyOfOnCall] = [lake, people, cell, onCall].map(
    (template) => template && Object.values(properties(template, 'AWS::KMS::Key'))[0]?.KeyPolicy,
  );
  const keys = new Map([
    [ARNS.Key, keyOfLake],
    [ARNS.JobsKey, keyOfOwn],
    [CELL_KEY, keyOfCell],
    [ARNS.OnCallKey, keyOfOnCall],
  ]);
  return async (name, { action, resource, tenant, context = {} }) => {
    const [id = '', role] = roles.find(([, { RoleName }]) => RoleName === `tenantscope-${name}`) ?? [];
    const policies = [
      ...((role?.Policies ?? []) as { PolicyDocument: Policy }[]),
      ...(attached.filter(({ Roles }) => (Roles as string[]).includes(id)) as { PolicyDocument: Policy }[]),
    ];
    const isBound = role?.PermissionsBoundary !== undefined;
    if (policies.length === 0 || (isBound && boundary === undefined)) throw new Error(`no role ${name}`);
    const arn = resource.replace('REGION:ACCOUNT', `${REGION}:${ACCOUNT}`);
    const bucket = buckets.find(({ Bucket }) => arn === Bucket || arn.startsWith(`${String(Bucket)}/`));
    const resourcePolicy = keys.get(arn) ?? bucket?.PolicyDocument;
    const response = await runSimulation(
      standingIn({
        request: {
          action,
          principal: `arn:aws:sts::${ACCOUNT}:assumed-role/tenantscope-${name}/someone`,
          resource: { resource: arn, accountId: ACCOUNT },
          contextVariables: {
            'aws:SecureTransport': 'true',
            's3:TlsVersion': '1.3',
            ...(tenant === undefined ? {} : { 'aws:PrincipalTag/tenant_id': tenant }),
            ...context,
          },
        },
        identityPolicies: policies.map(({ PolicyDocument }, index) => ({
          name: `access-${index}`,
          policy: PolicyDocument,
        })),
        ...(isBound
          ? { permissionBoundaryPolicies: [{ name: 'boundary', policy: boundary?.PolicyDocument as Policy }] }
          : {}),
        serviceControlPolicies: [],
        resourceControlPolicies: [],
        ...(resourcePolicy === undefined ? {} : { resourcePolicy: resourcePolicy as Policy }),
      }),
      {},
    );
    if (response.resultType === 'error') throw new Error(JSON.stringify(response.errors));
    return response.overallResult;
  };
}

/** The simulator knows no keys within an encryption context: a tag that nobody has stands for the one that is asked about. */
const standingIn = <T>(request: T): T =>
  JSON.parse(
    JSON.stringify(request).replaceAll(
      'kms:EncryptionContext:aws:dynamodb:tableName',
      'aws:PrincipalTag/encryption-context-table',
    ),
  );

/** A template's value with what CloudFormation would put in. */
export function resolve(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(resolve);
  if (typeof value !== 'object' || value === null) return value;
  const [[key, inside] = ['', undefined], ...more] = Object.entries(value);
  if (more.length === 0) {
    if (key === 'Ref') return referenced(String(inside));
    if (key === 'Fn::GetAtt') return referenced(String((inside as string[])[0]));
    if (key === 'Fn::ImportValue') {
      const id = String(inside).replace(/^.*(?:FnGetAtt|Ref)/, '');
      return referenced(
        String(inside).startsWith('tenantscope-on-call:Exports') && id.startsWith('Key') ? `OnCall${id}` : id,
      );
    }
    if (key === 'Fn::Join') return (resolve((inside as [string, unknown[]])[1]) as string[]).join('');
  }
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, resolve(entry)]));
}

function referenced(id: string): string {
  const pseudo: Readonly<Record<string, string>> = {
    'AWS::Region': REGION,
    'AWS::AccountId': ACCOUNT,
    'AWS::Partition': 'aws',
    'AWS::URLSuffix': 'amazonaws.com',
  };
  const known = Object.keys(ARNS).find((name) => id.startsWith(name));
  return pseudo[id] ?? (known === undefined ? id : (ARNS[known] ?? id));
}
