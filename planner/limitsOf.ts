import { PARTITIONS_PER_TENANT, RESERVED_PLACES } from './cellCapacity.js';
import { type CellPlan, planCells } from './planCells.js';
import { CELL_ALARMS, CELL_COMPOSITES, LINE_SECONDS, MONTH_SECONDS, volumeOf, type Workload } from './Workload.js';

/** A limit that tenants share, and how near a workload comes to it. */
export interface LimitUse {
  readonly limit: string;
  readonly used: number;
  readonly quota: number;
  readonly unit: string;
  /** What helps when it is reached. */
  readonly remedy: string;
}

/** Traffic at its busiest, against the average. */
const PEAK = 3;

/**
 * The shared limits of the architecture, the nearest first. Quotas are AWS's defaults of 2026-11 in large Regions: an account's own
 * stand in Service Quotas.
 */
export function limitsOf(workload: Workload, cells: CellPlan): readonly LimitUse[] {
  const { records, bytes, lines } = volumeOf(workload);
  const perCell = PEAK / cells.cells / MONTH_SECONDS;
  const limits: readonly LimitUse[] = [
    {
      limit: 'active partitions of a delivery stream (Firehose)',
      used: (cells.fullest + RESERVED_PLACES) * PARTITIONS_PER_TENANT,
      quota: workload.partitionQuota,
      unit: 'partitions',
      remedy: 'another cell, or the quota raised to 5,000',
    },
    {
      limit: 'on-demand streams of an account (Kinesis)',
      used: cells.cells + 1,
      quota: 50,
      unit: 'streams',
      remedy: 'the quota raised, or larger cells',
    },
    {
      limit: 'written to an on-demand stream (Kinesis)',
      used: (bytes / 1e6) * perCell,
      quota: 200,
      unit: 'MB/s at the peak',
      remedy: 'more cells',
    },
    {
      limit: 'delivery streams of a Region (Firehose)',
      used: cells.cells + 1,
      quota: 5000,
      unit: 'streams',
      remedy: 'the quota raised',
    },
    {
      limit: 'functions that run at once (Lambda)',
      used: (lines * LINE_SECONDS * PEAK) / MONTH_SECONDS + (cells.cells + 1) * 5,
      quota: 1000,
      unit: 'executions at the peak',
      remedy: 'the quota raised, or reserved concurrency',
    },
    {
      limit: 'objects written a second below one prefix (S3)',
      used: PEAK / workload.bufferSeconds,
      quota: 3500,
      unit: 'PUT/s of a tenant',
      remedy: 'a longer buffer',
    },
    {
      limit: 'records written to a shard (Kinesis)',
      used: (records * PEAK) / MONTH_SECONDS / cells.cells,
      quota: 200_000,
      unit: 'records/s of a cell, 200 shards',
      remedy: 'packing lines into records',
    },
    {
      limit: 'workgroups of a Region (Athena), if every tenant queries',
      used: workload.tenants + 2,
      quota: 1000,
      unit: 'workgroups',
      remedy: 'one for each plan, and queries run for tenants',
    },
    {
      limit: 'managed policies of an account (IAM)',
      used: cells.cells + 2,
      quota: 1500,
      unit: 'policies',
      remedy: 'the quota raised',
    },
    {
      limit: 'alarms of a Region (CloudWatch)',
      used: (cells.cells + 1) * (CELL_ALARMS + CELL_COMPOSITES) + 1,
      quota: 5000,
      unit: 'alarms',
      remedy: 'the quota raised',
    },
  ];
  return limits.toSorted((a, b) => b.used / b.quota - a.used / a.quota);
}

/** Limits that are passed when there are so many times as many tenants, cells added as they are needed. */
export function passedAt(workload: Workload, times: number): readonly LimitUse[] {
  const grown = { ...workload, tenants: workload.tenants * times };
  return limitsOf(grown, planCells(grown.tenants, grown.partitionQuota)).filter(({ used, quota }) => used > quota);
}
