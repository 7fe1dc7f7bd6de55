import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib';
import {
  AccountRootPrincipal,
  ArnPrincipal,
  CompositePrincipal,
  type IPrincipal,
  ManagedPolicy,
  PolicyDocument,
  PolicyStatement,
  Role,
  SessionTagsPrincipal,
} from 'aws-cdk-lib/aws-iam';
import type { Construct, IConstruct } from 'constructs';
import { LAKE } from '../../model/index.js';
import { acknowledge } from '../acknowledge.js';
import { registryGrants } from '../cell/registryGrants.js';
import { alertsTableName } from '../jobs/JobTables.js';
import type { LakeStack } from '../lake/LakeStack.js';
import type { Settings } from '../settings/readSettings.js';
import { registryFrom } from '../settings/registryFrom.js';
import { viaService } from '../viaService.js';
import { LakeAccess } from './LakeAccess.js';
import { LEDGER_NAMES } from './ledgerNames.js';
import { registryKey } from './registryKey.js';
import { StreamAccess } from './StreamAccess.js';
import { denyWithoutTenant, TENANT_VARIABLE } from './tenantTag.js';
import { resultsOf, Workgroups, workgroupName } from './Workgroups.js';

/** What roles of people are made with. */
export interface PeopleStackProps extends StackProps {
  readonly settings: Settings;
  readonly lake: LakeStack;
}

/** What a ledger is read from: its rows, its log, and what became of delivered objects. */
const LEDGER = ['ledger', LAKE.journal, LAKE.erasures] as const;

/** Tables of the ledger that saved queries ask, and those of lines; `ledger` jobs make those of the ledger. */
const LEDGER_TABLES = [
  'usage',
  'usage_recent',
  'booked_events',
  'booked_heartbeats',
  'booked_sources',
  'bookings',
] as const;
const LINE_TABLES = ['events', 'events_compacted'] as const;

/**
 * Who may look at what. All but `tenant` read a registry that lies outside tenantscope.yaml, as the command line does at its start. Nobody here may write to the lake but on-call to what alerting remembers and `replay` to its journal, nobody
 * but `close` a billing export, and nobody but `replay` may read the error prefix, where records of all tenants lie together, or put
 * records on a stream.
 *
 * - `operator`: reports on the ledger and on every tenant's lines.
 * - `on-call`: the same, and incidents, acknowledgements and silences.
 * - `finance`: billing exports, and reports on the ledger; no line.
 * - `close`: months: what finance may, and billing exports written, none removed.
 * - `replay`: quarantined records, and the streams they go back to.
 * - `tenant`: one tenant's lines, by the session tag `tenant_id`.
 */
export class PeopleStack extends Stack {
  constructor(scope: Construct, id: string, { settings, lake, ...props }: PeopleStackProps) {
    super(scope, id, { ...props, description: 'tenantscope: who may look at what' });
    const { prefix, people } = settings.deployment;
    const { data, results, exports } = lake.buckets;
    new Workgroups(this, 'Workgroups', {
      prefix,
      results,
      key: lake.key,
      bytesCutoff: people.cutoff_gb * 1e9,
      tenants: people.tenants,
    });
    const access = new LakeAccess(this, { key: lake.key, database: lake.tables.database, data, results });
    const reports = workgroupName(prefix, 'reports');
    const asking = access.querying(reports, [...LEDGER_TABLES, ...LINE_TABLES]);
    const lines = [LAKE.events, LAKE.compacted];
    const streams = new StreamAccess(this, { prefix, platformStream: settings.config.identity.platform_stream });
    const registry = registryFrom(settings);
    const readingRegistry = [...registryGrants(this, registry), ...registryKey(this, registry)];
    const boundary = new ManagedPolicy(this, 'Boundary', {
      managedPolicyName: `${prefix}-boundary`,
      description: 'The most any role of tenantscope may do, whatever else is attached to it.',
      statements: [
        ...boundaryOf(this, lake),
        ...incidentTable(this, prefix, lake),
        ...streams.putting(),
        ...readingRegistry,
      ],
    });
    acknowledgeWildcards(boundary, 'a boundary: what it leaves open no policy grants', [
      ...Object.values(lake.exported).map((bucket) => `${bucket}/*`),
      'arn:<AWS::Partition>:athena:<AWS::Region>:<AWS::AccountId>:workgroup/*',
      'arn:<AWS::Partition>:glue:<AWS::Region>:<AWS::AccountId>:*',
      ...streams.wildcards,
    ]);
    const below = (bucket: keyof LakeStack['exported'], prefixes: readonly string[]): readonly string[] =>
      prefixes.map((prefix) => `${lake.exported[bucket]}/${prefix}/*`);
    const own = below('results', [resultsOf(reports)]);
    const role = (
      name: string,
      trusts: IPrincipal,
      statements: readonly PolicyStatement[],
      wildcards: readonly string[],
    ): Role => {
      const made = new Role(this, name, {
        roleName: `${prefix}-${name}`,
        assumedBy: trusts,
        permissionsBoundary: boundary,
        inlinePolicies: { access: new PolicyDocument({ statements: [...statements] }) },
      });
      acknowledgeWildcards(made, 'objects below a prefix of the lake, or of its own results', wildcards);
      new CfnOutput(this, `${name}-arn`, { value: made.roleArn });
      return made;
    };
    const someone = trusted(people.trusted);
    const here = '<AWS::Region>:<AWS::AccountId>';
    // Whoever works with the command line, which reads the registry at its start.
    const person = (name: string, statements: readonly PolicyStatement[], wildcards: readonly string[]): Role => {
      const made = role(name, someone, [...statements, ...readingRegistry], wildcards);
      const reason = 'of a registry that is a table the key, whichever it is, by the table that DynamoDB names';
      acknowledgeWildcards(made, reason, [`arn:<AWS::Partition>:kms:${here}:key/*`]);
      return made;
    };
    person(
      'operator',
      [...access.reading(data, [...LEDGER, ...lines]), ...asking],
      [...below('data', [...LEDGER, ...lines]), ...own],
    );
    person(
      'on-call',
      [
        ...access.reading(data, [...LEDGER, ...lines, LAKE.alerts]),
        ...asking,
        new PolicyStatement({
          sid: 'Incidents',
          actions: ['s3:PutObject'],
          resources: [data.arnForObjects(`${LAKE.alerts}/*`)],
        }),
        ...incidentTable(this, prefix, lake),
      ],
      [...below('data', [...LEDGER, ...lines, LAKE.alerts]), ...own],
    );
    const billing = [
      ...access.reading(data, LEDGER),
      new PolicyStatement({ sid: 'ListExports', actions: ['s3:ListBucket'], resources: [exports.bucketArn] }),
      new PolicyStatement({ sid: 'ReadExports', actions: ['s3:GetObject'], resources: [exports.arnForObjects('*')] }),
    ];
    const billed = [...below('data', LEDGER), `${lake.exported.exports}/*`, ...own];
    person('finance', [...billing, ...access.querying(reports, LEDGER_TABLES)], billed);
    const close = person(
      'close',
      [
        ...billing,
        // The ledger is opened as the billing job opens it, all of it, and accounts are billed by the registry.
        // The lake is found by its table of lines, and what is not booked of it by the names of its objects: no line is read.
        ...access.querying(reports, [...LEDGER_NAMES, 'events']),
        access.namingTables(),
        new PolicyStatement({
          sid: 'SeeObjects',
          actions: ['s3:ListBucket'],
          resources: [data.bucketArn],
          conditions: { StringLike: { 's3:prefix': `${LAKE.events}/*` } },
        }),
        new PolicyStatement({
          sid: 'WriteExports',
          actions: ['s3:PutObject', 's3:AbortMultipartUpload'],
          resources: [exports.arnForObjects('*')],
        }),
      ],
      billed,
    );
    acknowledgeWildcards(close, 'the names of all tables are what information_schema is made of', [
      `arn:<AWS::Partition>:glue:${here}:table/${lake.tables.database}/*`,
    ]);
    const replay = role(
      'replay',
      someone,
      [
        ...access.reading(data, [LAKE.errors, LAKE.replays]),
        new PolicyStatement({
          sid: 'Journal',
          actions: ['s3:PutObject'],
          resources: [data.arnForObjects(`${LAKE.replays}/*`)],
        }),
        access.encryption(),
        ...streams.putting(),
        ...readingRegistry,
      ],
      below('data', [LAKE.errors, LAKE.replays]),
    );
    acknowledgeWildcards(
      replay,
      'streams and deliveries of this deployment, of which a list would be longer than a policy from some forty cells on; keys by its tag',
      streams.wildcards,
    );
    const partitions = lines.map((folder) => `${folder}/tenant_id=${TENANT_VARIABLE}`);
    const workgroup = workgroupName(prefix, `tenant-${TENANT_VARIABLE}`);
    role(
      'tenant',
      new SessionTagsPrincipal(someone),
      [...denyWithoutTenant(), ...access.reading(data, partitions), ...access.querying(workgroup, LINE_TABLES)],
      [...below('data', partitions), ...below('results', [resultsOf(workgroup)])],
    );
  }
}

/** Accepts wildcards as cdk-nag names them, which writes variables in angle brackets, each for this reason. */
function acknowledgeWildcards(scope: IConstruct, reason: string, resources: readonly string[]): void {
  for (const resource of resources) {
    const named = resource.replaceAll(/\$\{([^}]*)\}/g, '<$1>');
    acknowledge(scope, { [`AwsSolutions-IAM5[Resource::${named}]`]: reason });
  }
}

/** Who may take a role on: those that are named, else whoever the account lets assume roles. */
function trusted(arns: readonly string[]): IPrincipal {
  const [first, ...others] = arns.map((arn) => new ArnPrincipal(arn));
  return first === undefined ? new AccountRootPrincipal() : new CompositePrincipal(first, ...others);
}

/** The table that the detection job keeps incidents in, and the lake's key through DynamoDB. */
function incidentTable(scope: Stack, prefix: string, { key }: LakeStack): readonly PolicyStatement[] {
  const resourceName = alertsTableName(prefix);
  return [
    new PolicyStatement({
      sid: 'IncidentTable',
      actions: ['GetItem', 'PutItem', 'DeleteItem', 'Query'].map((action) => `dynamodb:${action}`),
      resources: [scope.formatArn({ service: 'dynamodb', resource: 'table', resourceName })],
    }),
    new PolicyStatement({
      sid: 'IncidentTableKey',
      actions: ['kms:Decrypt', 'kms:GenerateDataKey'],
      resources: [key.keyArn],
      conditions: { StringEquals: { 'kms:ViaService': viaService(scope, 'dynamodb') } },
    }),
  ];
}

function boundaryOf(scope: Stack, { buckets, key }: LakeStack): PolicyStatement[] {
  const { data, results, exports } = buckets;
  return [
    new PolicyStatement({
      sid: 'Objects',
      actions: [
        ...['GetObject', 'PutObject', 'AbortMultipartUpload', 'ListMultipartUploadParts'],
        ...['ListBucket', 'GetBucketLocation'],
      ].map((action) => `s3:${action}`),
      resources: [data, results, exports].flatMap((bucket) => [bucket.bucketArn, bucket.arnForObjects('*')]),
    }),
    new PolicyStatement({ sid: 'Key', actions: ['kms:Decrypt', 'kms:GenerateDataKey'], resources: [key.keyArn] }),
    new PolicyStatement({
      sid: 'Queries',
      actions: [
        ...['StartQueryExecution', 'StopQueryExecution', 'GetQueryExecution', 'BatchGetQueryExecution'],
        ...['GetQueryResults', 'ListQueryExecutions', 'GetWorkGroup'],
        ...['GetNamedQuery', 'BatchGetNamedQuery', 'ListNamedQueries'],
      ].map((action) => `athena:${action}`),
      resources: [scope.formatArn({ service: 'athena', resource: 'workgroup', resourceName: '*' })],
    }),
    new PolicyStatement({
      sid: 'Catalogue',
      actions: ['athena:GetTableMetadata'],
      resources: [scope.formatArn({ service: 'athena', resource: 'datacatalog', resourceName: 'AwsDataCatalog' })],
    }),
    new PolicyStatement({
      sid: 'Tables',
      actions: ['GetDatabase', 'GetDatabases', 'GetTable', 'GetTables'].map((action) => `glue:${action}`),
      resources: [scope.formatArn({ service: 'glue', resource: '*' })],
    }),
  ];
}
