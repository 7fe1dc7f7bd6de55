import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { RESOURCE_KINDS, tenantSchema } from '../../model/index.js';
import { footprintOf, grown } from '../../planner/Footprint.js';
import { DEFAULT_WORKLOAD, planCells, quotaOf } from '../../planner/index.js';
import { usesOf } from '../../planner/limitsOf.js';
import { SHARED_LIMITS } from '../../planner/sharedLimits.js';

type Input = Parameters<typeof quotaOf>[0];

const tenants = (count: number, more: object = {}) =>
  Array.from({ length: count }, (_, at) => tenantSchema.parse({ id: `t${at}`, ...more }));
const input = (more: Partial<Input> = {}): Input => ({
  tenants: tenants(10),
  partitionQuotas: new Map(),
  querying: [],
  bufferSeconds: 300,
  ...more,
});
const limit = (name: string, given: Input) => quotaOf(given).limits.find((use) => use.name === name);

describe('quotaOf', () => {
  it('reckons partitions as the planner and the deployment do', () => {
    expect(limit('firehose-partitions', input({ tenants: tenants(195) }))).toMatchObject({ used: 400, quota: 500 });
    // The fullest cell is the one that is fullest of its own quota.
    const mixed = [...tenants(100, { cell: 'small' }), ...tenants(300, { cell: 'large' })];
    const quotas = new Map([
      ['large', 5000],
      ['small', 500],
    ]);
    expect(limit('firehose-partitions', input({ tenants: mixed, partitionQuotas: quotas }))).toMatchObject({
      used: 210,
      quota: 500,
    });
  });

  it('counts a tenant that is being moved in both cells, as placing one does, and its traffic once', () => {
    const traffic = { lines: 1000, bytes: 1e6 };
    const moving = { ...tenantSchema.parse({ id: 'acme', cell: 'b', moving_from: 'a' }), traffic };
    const given = input({ tenants: [...tenants(3, { cell: 'a' }), moving], traffic });
    expect(quotaOf(given).cells).toBe(2);
    // Four tenants' and five reserved places, two partitions each.
    expect(limit('firehose-partitions', given)).toMatchObject({ used: 18 });
    expect(limit('kinesis-stream-bytes', given)).toMatchObject({ used: 1 });
  });

  it('says what a quota too small for any tenant is used to, and does not refuse (regression: quota ended with an error)', () => {
    const given = input({ partitionQuotas: new Map([['default', 11]]) });
    const use = limit('firehose-partitions', given);
    expect(use).toMatchObject({ used: 30, quota: 11 });
    expect(use?.share).toBeGreaterThan(1);
  });

  it('counts names that are registered, a shared one once, and says who has most', () => {
    const given = input({
      tenants: [
        tenantSchema.parse({ id: 'acme', resources: { hosts: ['a.io', 'shared.io'], tables: ['a-*'] } }),
        tenantSchema.parse({ id: 'globex', resources: { hosts: ['shared.io'], paths: ['/g'] } }),
      ],
    });
    expect(limit('alb-certificates', given)).toMatchObject({
      used: 2,
      tenants: [
        { tenant_id: 'acme', used: 2 },
        { tenant_id: 'globex', used: 1 },
      ],
    });
    expect(limit('alb-rules', given)).toMatchObject({ used: 3, headroom: 33, at10: 0.3, at100: 3 });
    expect(limit('dynamodb-tables', given)).toMatchObject({ used: 4, tenants: [{ tenant_id: 'acme', used: 1 }] });
  });

  it('says of traffic nothing that was not measured, and where it was, of the busiest cell', () => {
    expect(quotaOf(input()).unknown).toEqual(['kinesis-stream-bytes', 'lambda-concurrency', 'kinesis-stream-records']);
    const traffic = (megabytes: number) => ({ lines: megabytes * 1000, bytes: megabytes * 1e6 });
    const measured = input({
      tenants: [
        { id: 'a', cell: 'one', traffic: traffic(30) },
        { id: 'b', cell: 'two', traffic: traffic(10) },
      ],
      traffic: traffic(40),
    });
    expect(limit('kinesis-stream-bytes', measured)).toMatchObject({
      used: 30,
      quota: 200,
      tenants: [{ tenant_id: 'a' }, { tenant_id: 'b' }],
      // Two cells share what grows: 13 times 20 MB/s is more than one takes.
      headroom: 10,
    });
    expect(quotaOf(measured).unknown).toEqual(['kinesis-stream-records']);
  });

  it('is worked out by hand for ten and a hundred times 300 tenants in two cells', () => {
    const uses = quotaOf(input({ tenants: [...tenants(150, { cell: 'a' }), ...tenants(150, { cell: 'b' })] }));
    // 3,000 tenants need 16 cells of 195, 30,000 need 154; each is a stream, and the platform has one.
    expect(uses.limits.find(({ name }) => name === 'kinesis-streams')).toMatchObject({
      used: 3,
      share: 0.06,
      at10: 17 / 50,
      at100: 155 / 50,
      // 49 cells of 195 hold 9,555.
      headroom: 31,
    });
  });

  it('never says that fewer tenants come nearer a limit, whatever they are', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 400 }), fc.integer({ min: 1, max: 50 }), (count, factor) => {
        const workload = { ...DEFAULT_WORKLOAD, tenants: count };
        const now = footprintOf(workload, planCells(count, 500));
        const later = new Map(usesOf(grown(now, factor)).map((use) => [use.name, use.used / use.quota]));
        for (const { name, used, quota } of usesOf(grown(now, 1))) {
          // Cells are filled evenly: with more of them each may be a little emptier than a full one.
          const spread = ['firehose-partitions', 'kinesis-stream-bytes', 'kinesis-stream-records'].includes(name);
          expect(later.get(name) ?? 0).toBeGreaterThanOrEqual((used / quota) * (spread ? 0.5 : 1) - 1e-9);
        }
      }),
    );
  });
});

describe('the list of limits', () => {
  it('has each under one name, and all of them stand in docs/quotas.md with quota and remedy', () => {
    const names = SHARED_LIMITS.map(({ name }) => name);
    expect(new Set(names).size).toBe(names.length);
    const page = readFileSync('docs/quotas.md', 'utf8');
    const documented = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, name]) => name);
    expect(documented).toEqual(names);
    for (const { limit: text, quota, unit, remedy } of SHARED_LIMITS) {
      const number = typeof quota === 'number' ? quota.toLocaleString('en-US') : '`partition_quota` (500)';
      expect(page).toContain(`| ${text} | ${number} ${unit} | ${remedy} |`);
    }
  });

  it('goes by every kind of resource that has a limit of AWS worth counting', () => {
    const none = Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, 0])) as Record<
      (typeof RESOURCE_KINDS)[number],
      number
    >;
    const base = { ...footprintOf({ ...DEFAULT_WORKLOAD, tenants: 1 }, planCells(1, 500)), resources: none };
    const moved = RESOURCE_KINDS.filter((kind) => {
      const more = { ...base, resources: { ...none, [kind]: 7 } };
      return JSON.stringify(usesOf(more)) !== JSON.stringify(usesOf(base));
    });
    // Queues, functions and groups of logs have none that tenants could use up.
    expect(moved).toEqual(RESOURCE_KINDS.filter((kind) => !['queues', 'functions', 'log_groups'].includes(kind)));
  });

  it.each([
    ['iam-roles', 'AWS::IAM::Role'],
    ['iam-policies', 'AWS::IAM::ManagedPolicy'],
    ['cloudwatch-alarms', 'AWS::CloudWatch::(?:Composite)?Alarm'],
    ['dynamodb-tables', 'AWS::DynamoDB::Table'],
    ['s3-buckets', 'AWS::S3::Bucket'],
    ['sns-topics', 'AWS::SNS::Topic'],
  ])('counts of %s what the app makes for one cell beside the platform’s', (name, type) => {
    const made = readdirSync('test/infra/golden')
      .filter((file) => file.endsWith('.resources.txt'))
      .flatMap((file) => readFileSync(`test/infra/golden/${file}`, 'utf8').match(new RegExp(`^${type} `, 'gm')) ?? []);
    const none = Object.fromEntries(RESOURCE_KINDS.map((kind) => [kind, 0])) as Record<
      (typeof RESOURCE_KINDS)[number],
      number
    >;
    const footprint = { ...footprintOf({ ...DEFAULT_WORKLOAD, tenants: 1 }, planCells(1, 500)), resources: none };
    const limit = SHARED_LIMITS.find((one) => one.name === name);
    expect(limit?.used({ ...footprint, querying: 0 })).toBe(made.length);
  });
});
