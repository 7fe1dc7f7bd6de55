import { PARTITIONS_PER_TENANT, RESERVED_PLACES } from './cellCapacity.js';
import { CELL_PARTS, SHARED_PARTS } from './deployedParts.js';
import { type Footprint, PEAK } from './Footprint.js';
import { LINE_SECONDS } from './Workload.js';

/** What one tenant puts into a footprint. */
export type TenantFootprint = Pick<Footprint, 'traffic' | 'resources' | 'querying'>;

/** A limit that tenants share. */
export interface SharedLimit {
  /** Stands for it in `quota --json`, and never changes. */
  readonly name: string;
  readonly limit: string;
  readonly quota: number | ((footprint: Footprint) => number);
  readonly unit: string;
  /** What helps when it is reached. */
  readonly remedy: string;
  /** Undefined where nobody knows. */
  readonly used: (footprint: Footprint) => number | undefined;
  /** What of it a tenant uses; absent where its use is no tenant's. */
  readonly ofTenant?: (tenant: TenantFootprint) => number | undefined;
}

/** Calls of a transform that run at once for each shard; a cell at rest has one. */
const CALLS_A_CELL = 5;
const alarmsOf = (parts: { readonly alarms: number; readonly composite_alarms: number }): number =>
  parts.alarms + parts.composite_alarms;
const streams = ({ cells }: Footprint): number => cells + 1;
const of = (kind: 'tables' | 'hosts' | 'user_pools' | 'load_balancers' | 'bucket_prefixes' | 'topics') => {
  return ({ resources }: Pick<Footprint, 'resources'>): number | undefined => resources?.[kind];
};
const routes = ({ resources }: Pick<Footprint, 'resources'>): number | undefined =>
  resources === undefined ? undefined : resources.hosts + resources.paths;
const megabytes = ({ traffic }: Pick<Footprint, 'traffic'>): number | undefined =>
  traffic === undefined ? undefined : traffic.bytes / 1e6;
const busy = ({ traffic }: Pick<Footprint, 'traffic'>): number | undefined =>
  traffic === undefined ? undefined : traffic.lines * LINE_SECONDS;
const times = (value: number | undefined, factor: number): number | undefined =>
  value === undefined ? undefined : value * factor;

/**
 * The shared limits of the architecture, in one place: what `plan` estimates and `quota` looks up. Quotas are AWS's defaults of
 * 2026-11 in large Regions, not confirmed for others: an account's own stand in Service Quotas.
 */
export const SHARED_LIMITS: readonly SharedLimit[] = [
  {
    name: 'firehose-partitions',
    limit: 'active partitions of a delivery stream (Firehose)',
    quota: ({ partitionQuota }) => partitionQuota,
    unit: 'partitions',
    remedy: 'another cell, or the quota raised to 5,000',
    used: ({ fullest }) => (fullest + RESERVED_PLACES) * PARTITIONS_PER_TENANT,
    ofTenant: () => PARTITIONS_PER_TENANT,
  },
  {
    name: 'kinesis-streams',
    limit: 'on-demand streams of an account (Kinesis)',
    quota: 50,
    unit: 'streams',
    remedy: 'the quota raised, or larger cells',
    used: streams,
  },
  {
    name: 'kinesis-stream-bytes',
    limit: 'written to an on-demand stream (Kinesis)',
    quota: 200,
    unit: 'MB/s at the peak',
    remedy: 'more cells',
    used: (footprint) => times(megabytes(footprint), footprint.busiestShare),
    ofTenant: megabytes,
  },
  {
    name: 'firehose-streams',
    limit: 'delivery streams of a Region (Firehose)',
    quota: 5000,
    unit: 'streams',
    remedy: 'the quota raised',
    used: streams,
  },
  {
    name: 'lambda-concurrency',
    limit: 'functions that run at once (Lambda)',
    quota: 1000,
    unit: 'executions at the peak',
    remedy: 'the quota raised, or reserved concurrency',
    used: (footprint) => {
      const lines = busy(footprint);
      return lines === undefined ? undefined : lines + streams(footprint) * CALLS_A_CELL;
    },
    ofTenant: busy,
  },
  {
    name: 's3-prefix-puts',
    limit: 'objects written a second below one prefix (S3)',
    quota: 3500,
    unit: 'PUT/s of a tenant',
    remedy: 'a longer buffer',
    used: ({ bufferSeconds }) => PEAK / bufferSeconds,
  },
  {
    name: 'kinesis-stream-records',
    limit: 'records written to a shard (Kinesis)',
    quota: 200_000,
    unit: 'records/s of a cell, 200 shards',
    remedy: 'packing lines into records',
    used: ({ traffic, busiestShare }) => times(traffic?.records, busiestShare),
  },
  {
    name: 'athena-workgroups',
    limit: 'workgroups of a Region (Athena), if every tenant queries',
    quota: 1000,
    unit: 'workgroups',
    remedy: 'one for each plan, and queries run for tenants',
    used: ({ querying }) => querying + 2,
    ofTenant: ({ querying }) => querying,
  },
  {
    name: 'iam-policies',
    limit: 'managed policies of an account (IAM)',
    quota: 1500,
    unit: 'policies',
    remedy: 'the quota raised',
    used: (footprint) => streams(footprint) * CELL_PARTS.policies + SHARED_PARTS.policies,
  },
  {
    name: 'iam-roles',
    limit: 'roles of an account (IAM)',
    quota: 1000,
    unit: 'roles',
    remedy: 'the quota raised, at most 5,000',
    used: (footprint) => streams(footprint) * CELL_PARTS.roles + SHARED_PARTS.roles,
  },
  {
    name: 'cloudwatch-alarms',
    limit: 'alarms of a Region (CloudWatch)',
    quota: 5000,
    unit: 'alarms',
    remedy: 'the quota raised',
    used: (footprint) => alarmsOf(CELL_PARTS) * streams(footprint) + alarmsOf(SHARED_PARTS),
  },
  {
    name: 'cloudwatch-composite',
    limit: 'alarms a composite alarm is made of (CloudWatch)',
    quota: 100,
    unit: 'cells',
    remedy: 'larger cells',
    used: streams,
  },
  {
    name: 'alb-rules',
    limit: 'listener rules of a load balancer (ALB), if each host and path is one',
    quota: 100,
    unit: 'rules',
    remedy: 'a wildcard host and routing by the application, the quota raised, or another load balancer',
    used: routes,
    ofTenant: routes,
  },
  {
    name: 'alb-target-groups',
    limit: 'target groups of a load balancer (ALB), if every tenant has one',
    quota: 100,
    unit: 'target groups',
    remedy: 'target groups shared by tenants, or another load balancer',
    used: ({ resources, tenants }) => (resources === undefined ? undefined : tenants),
    ofTenant: () => 1,
  },
  {
    name: 'alb-certificates',
    limit: 'certificates of a load balancer (ALB), if each host has its own',
    quota: 25,
    unit: 'certificates',
    remedy: 'a wildcard certificate, or another load balancer',
    used: of('hosts'),
    ofTenant: of('hosts'),
  },
  {
    name: 'alb-load-balancers',
    limit: 'load balancers of a Region (ALB)',
    quota: 50,
    unit: 'load balancers',
    remedy: 'load balancers shared by tenants, or the quota raised',
    used: of('load_balancers'),
    ofTenant: of('load_balancers'),
  },
  {
    name: 'dynamodb-tables',
    limit: 'tables of a Region (DynamoDB)',
    quota: 2500,
    unit: 'tables',
    remedy: 'tables shared by tenants, or the quota raised to 10,000',
    used: ({ resources }) => (resources === undefined ? undefined : resources.tables + SHARED_PARTS.tables),
    ofTenant: of('tables'),
  },
  {
    name: 's3-buckets',
    limit: 'buckets of an account (S3), if each rule names another',
    quota: 10_000,
    unit: 'buckets',
    remedy: 'a prefix for each tenant in a shared bucket, or the quota raised',
    used: ({ resources }) => (resources === undefined ? undefined : resources.bucket_prefixes + SHARED_PARTS.buckets),
    ofTenant: of('bucket_prefixes'),
  },
  {
    name: 'cognito-user-pools',
    limit: 'user pools of a Region (Cognito)',
    quota: 1000,
    unit: 'user pools',
    remedy: 'pools shared by tenants, or the quota raised',
    used: of('user_pools'),
    ofTenant: of('user_pools'),
  },
  {
    name: 'sns-topics',
    limit: 'topics of an account (SNS)',
    quota: 100_000,
    unit: 'topics',
    remedy: 'topics shared by tenants',
    used: ({ resources }) => (resources === undefined ? undefined : resources.topics + SHARED_PARTS.topics),
    ofTenant: of('topics'),
  },
];
