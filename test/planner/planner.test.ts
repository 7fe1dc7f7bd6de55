import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { costsOf, totalOf } from '../../planner/costsOf.js';
import {
  awsPricesSchema,
  DEFAULT_WORKLOAD,
  formatPlan,
  planCells,
  planOf,
  type Workload,
} from '../../planner/index.js';
import { volumeOf } from '../../planner/Workload.js';

const prices = awsPricesSchema.parse({});
const workload = (more: Partial<Workload> = {}): Workload => ({ ...DEFAULT_WORKLOAD, tenants: 100, ...more });
const cost = (of: Workload, stage: string): number =>
  costsOf(of, planCells(of.tenants, of.partitionQuota), prices).find((found) => found.stage === stage)?.usd ?? 0;

describe('cells', () => {
  it('hold 195 tenants each at the default quota', () => {
    expect(planCells(195, 500)).toEqual({ cells: 1, fullest: 195, capacity: 195 });
    expect(planCells(196, 500)).toEqual({ cells: 2, fullest: 98, capacity: 195 });
    expect(planCells(10_000, 500)).toEqual({ cells: 52, fullest: 193, capacity: 195 });
    expect(planCells(300, 1000)).toEqual({ cells: 1, fullest: 300, capacity: 395 });
  });

  it('are refused with the reason, and what would do', () => {
    expect(() => planCells(300, 500, 1)).toThrow(
      /at most 195 tenants a cell at a quota of 500.*two around midnight UTC.*300 in a cell.*take 2 cells/s,
    );
    expect(planCells(300, 500, 2).fullest).toBe(150);
  });
});

describe('the volume of a month', () => {
  it('is that of 730 hours', () => {
    const { lines, bytes, records } = volumeOf(workload({ tenants: 10, linesPerSecond: 2, aggregated: false }));
    expect(lines).toBe(10 * 2 * 730 * 3600);
    expect(bytes).toBe(lines * 650);
    expect(records).toBe(lines);
  });

  it('has fewer records where lines are packed, and never more than a record takes', () => {
    const busy = workload({ linesPerSecond: 3000, pods: 1 });
    expect(volumeOf(busy).lines / volumeOf(busy).records).toBeCloseTo(1024 ** 2 / 650, 6);
    expect(volumeOf(busy).recordBytes).toBeLessThanOrEqual(1024 ** 2);
    // A pod with less than a line a second packs nothing.
    expect(volumeOf(workload({ linesPerSecond: 1, pods: 3 })).recordBytes).toBe(650);
  });
});

describe('costs', () => {
  it('of the delivery count each record as 5 KB', () => {
    const single = workload({ tenants: 1, linesPerSecond: 1, aggregated: false, bufferSeconds: 900 });
    const gb = (730 * 3600 * 5120) / 1e9;
    const own = (730 * 3600 * 650) / 1e9;
    const objects = (730 * 3600) / 900 + (own * 1e9) / (128 * 1024 ** 2);
    expect(cost(single, 'delivery')).toBeCloseTo(gb * (0.029 + 0.018) + own * 0.02 + (objects / 1000) * 0.005, 9);
  });

  it('fall with packing, and grow with tenants in proportion', () => {
    const busy = workload({ linesPerSecond: 200, pods: 4 });
    expect(cost({ ...busy, aggregated: false }, 'delivery')).toBeGreaterThan(3 * cost(busy, 'delivery'));
    expect(cost({ ...busy, tenants: 1000 }, 'delivery')).toBeCloseTo(10 * cost(busy, 'delivery'), 6);
  });

  it('follow the prices that are given', () => {
    const free = awsPricesSchema.parse({
      kinesis: { stream_hour: 0, gb_in: 0, gb_out: 0, gb_month_extended: 0 },
      firehose: { gb_in: 0, gb_converted: 0, gb_partitioned: 0, thousand_objects: 0 },
      lambda: { gb_second: 0, million_requests: 0 },
      s3: { gb_month: 0, thousand_puts: 0 },
      athena: { tb_scanned: 7 },
      kms: { key_month: 0 },
      cloudwatch: { alarm_month: 0, composite_month: 0, dashboard_month: 0 },
    });
    expect(totalOf(costsOf(workload({ scannedGb: 3000 }), planCells(100, 500), free))).toBeCloseTo(21, 9);
    expect(() => awsPricesSchema.parse({ kinesis: { gb_inn: 1 } })).toThrow(/gb_inn/);
    expect(() => awsPricesSchema.parse({ kms: { key_month: -1 } })).toThrow();
  });
});

it('the prices in docs/deploy-aws.md are the defaults', () => {
  const sample = /```yaml\nof: ([\s\S]*?)```/.exec(readFileSync('docs/deploy-aws.md', 'utf8'))?.[1];
  const { of, ...documented } = awsPricesSchema.parse(parse(`of: ${sample}`));
  const { of: region, ...defaults } = prices;
  expect(documented).toEqual(defaults);
  expect(of).not.toBe(region);
});

describe('a plan', () => {
  const plan = planOf(workload({ tenants: 195 }), planCells(195, 500), prices);

  it('adds up, and says each stage by tenant', () => {
    const { stages, usd_a_month, usd_a_tenant } = plan.costs;
    expect(stages.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo(usd_a_month, 9);
    expect(stages.reduce((sum, stage) => sum + stage.usd_a_tenant, 0)).toBeCloseTo(usd_a_tenant, 9);
    const [unpacked, asJson] = plan.costs.instead;
    expect(unpacked?.usd).toBeGreaterThan(usd_a_month);
    expect(asJson?.usd).not.toBe(usd_a_month);
  });

  it('names the nearest limit first: a full cell is at four fifths of its partitions', () => {
    expect(plan.limits[0]).toMatchObject({
      limit: expect.stringContaining('active partitions'),
      used: 400,
      quota: 500,
    });
    const shares = plan.limits.map(({ share }) => share);
    expect(shares).toEqual([...shares].sort((a, b) => b - a));
  });

  it('says what breaks first as tenants grow', () => {
    const [ten, hundred] = plan.passed;
    expect(ten?.limits.map(({ limit }) => limit)).toEqual([expect.stringContaining('workgroups')]);
    expect(hundred?.limits.map(({ limit }) => limit)).toContainEqual(expect.stringContaining('on-demand streams'));
  });

  it('reads as text', async () => {
    await expect(`${formatPlan(plan)}\n`).toMatchFileSnapshot('golden/plan.txt');
    const large = planOf(workload({ tenants: 10_000 }), planCells(10_000, 500), prices);
    expect(formatPlan(large)).toMatch(/52 cells and the platform's.*106\.0 % {2}on-demand streams/s);
  });
});
