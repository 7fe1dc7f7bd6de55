import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { costsOf, totalOf } from '../../planner/costsOf.js';
import {
  assumptionsSchema,
  awsPricesSchema,
  DEFAULT_WORKLOAD,
  formatPlan,
  planCells,
  planOf,
  type Workload,
} from '../../planner/index.js';
import { JOB_COUNTS } from '../../planner/jobs/jobCounts.js';
import { jobLoad } from '../../planner/jobs/jobLoad.js';
import { volumeOf } from '../../planner/Workload.js';

const prices = awsPricesSchema.parse({});
const assumed = assumptionsSchema.parse({});
const workload = (more: Partial<Workload> = {}): Workload => ({ ...DEFAULT_WORKLOAD, tenants: 100, ...more });
const cost = (of: Workload, stage: string): number =>
  costsOf(of, planCells(of.tenants, of.partitionQuota), prices, assumed).find((found) => found.stage === stage)?.usd ??
  0;

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
    const { of: _, ...services } = prices;
    const nothing = Object.fromEntries(
      Object.entries(services).map(([name, keys]) => [
        name,
        Object.fromEntries(Object.keys(keys).map((key) => [key, 0])),
      ]),
    );
    const free = awsPricesSchema.parse({ ...nothing, athena: { tb_scanned: 7 } });
    const stages = costsOf(workload({ scannedGb: 3000 }), planCells(100, 500), free, assumed);
    expect(stages.find(({ stage }) => stage === 'queries')?.usd).toBeCloseTo(21, 9);
    // The jobs' statements are all that is left.
    const rest = stages.filter(({ stage, usd }) => usd > 0 && stage !== 'queries').map(({ stage }) => stage);
    expect(rest).toEqual(['ledger job', 'detection job', 'billing job', 'maintenance job']);
    expect(totalOf(costsOf(workload(), planCells(100, 500), awsPricesSchema.parse(nothing), assumed))).toBe(0);
    expect(() => awsPricesSchema.parse({ kinesis: { gb_inn: 1 } })).toThrow(/gb_inn/);
    expect(() => awsPricesSchema.parse({ kms: { key_month: -1 } })).toThrow();
  });
});

describe('costs of the jobs', () => {
  const jobs = (of: Workload, more: object = {}) =>
    costsOf(of, planCells(of.tenants, of.partitionQuota), prices, assumptionsSchema.parse(more));
  const item = (stage: string, what: RegExp, of = workload(), more: object = {}) =>
    jobs(of, more)
      .find((found) => found.stage === stage)
      ?.items.find((found) => what.test(found.what));

  it('are worked out by hand for the smallest deployment', () => {
    // 8,760 runs a month; each is a booking of at most three objects, and reads 10 MB a statement.
    const one = workload({ tenants: 1, linesPerSecond: 0.01 });
    expect(item('ledger job', /starts/, one)).toMatchObject({ count: 8760, usd: (8760 * 1.2) / 1e6 });
    expect(item('detection job', /starts/, one)).toMatchObject({ count: 8760, usd: (8760 * 0.2) / 1e6 });
    const athena = jobs(one)
      .find(({ stage }) => stage === 'ledger job')
      ?.items.filter(({ what }) => what.startsWith('Athena'));
    const statements = 8760 * (JOB_COUNTS.ledger.statements + 1);
    expect(athena?.reduce((sum, { usd }) => sum + usd, 0)).toBeCloseTo((statements * 1e7 * 5) / 1e12, 9);
    // Six emitters, two dates each, and the emitters themselves: 13 requests a listing, one an hour; everything once a day instead,
    // 864 objects of three dates: those before are compacted (regression: all that were ever kept were listed as they came).
    expect(item('ledger job', /listings of the lake/, one)?.count).toBeCloseTo((730 / 24) * (23 * 13 + 1 + 6), 6);
    // An object a run: it is told, read and removed, and the end of the queue is seen.
    expect(item('ledger job', /bucket tells/, one)?.count).toBeCloseTo(8760 * (1.2 + 3), -1);
    expect(item('detection job', /listings of the lake/, one)).toBeUndefined();
    // Each run reads half a day of bookings, its own and seven objects more; each date is read once, and the last one looked at every hour.
    const day = 8760 / (730 / 24);
    const read = 8760 * (day / 2 + 1 + 7) + 8760 + 730;
    expect(item('ledger job', /entries of the ledger/, one)?.count).toBeCloseTo(read, 3);
    expect(item('detection job', /entries of the ledger/, one)?.count).toBeCloseTo(8760 * 3, 3);
    // A run lists what follows the last checkpoint, however long the log is.
    expect(item('ledger job', /log of the ledger and its checkpoints listed/, one)?.count).toBeCloseTo(8760 * 4, 6);
    expect(item('detection job', /log of the ledger and its checkpoints listed/, one)?.count).toBeCloseTo(8760 * 3, 6);
    // Once a day, of a year and half a month: one object for each date, and maintenance what compactions and retentions have said.
    expect(item('ledger job', /each date has booked/, one)?.count).toBeCloseTo((730 / 24) ** 2 * 12.5, 3);
    expect(item('maintenance job', /compactions and ret/, one)?.count).toBeCloseTo((730 / 24) ** 2 * 12.5 * 4, 3);
    expect(item('maintenance job', /entries of the ledger/, one)?.count).toBeCloseTo(8760 * 3, 3);
    expect(item('billing job', /starts/, one)?.count).toBeCloseTo(730 / 24, 9);
  });

  it('grow with what they are said to grow with', () => {
    const [few, many] = [workload({ tenants: 10 }), workload({ tenants: 190 })];
    for (const { stage, items } of jobs(few)) {
      for (const { what, usd, grows_with } of items) {
        const found = (of: Workload, more: object = {}) =>
          jobs(of, more)
            .find((other) => other.stage === stage)
            ?.items.find((other) => other.what === what)?.usd ?? 0;
        if (grows_with === 'tenants') expect(found(many), what).toBeGreaterThan(usd);
        if (grows_with === 'months kept') expect(found(few, { months_kept: 24 }), what).toBeGreaterThan(1.5 * usd);
        if (grows_with === 'runs' && stage === 'detection job')
          expect(found(few, { every_minutes: 120 }), what).toBeLessThan(usd);
        if (grows_with === 'lines') expect(found({ ...few, linesPerSecond: 500 }), what).toBeGreaterThan(usd);
        if (grows_with === 'incidents') expect(found(few, { incidents: 300 }), what).toBeGreaterThan(9 * usd);
      }
    }
  });

  it('end where a function does, and follow a fleet that one run cannot book', () => {
    const huge = workload({ tenants: 10_000, linesPerSecond: 20 });
    const seconds = item('maintenance job', /Lambda/, huge);
    expect(seconds?.count).toBeCloseTo((3008 / 1024) * (730 / 24) * 900, 6);
    // 10,000 objects in five minutes are ten bookings.
    expect(jobLoad(huge, assumed).bookings).toBeGreaterThan(10 * jobLoad(huge, assumed).turns);
  });
});

it('the assumptions in docs/deploy-aws.md are the defaults', () => {
  const sample = /```yaml\nevery_minutes: ([\s\S]*?)```/.exec(readFileSync('docs/deploy-aws.md', 'utf8'))?.[1];
  const documented: unknown = parse(`every_minutes: ${sample}`);
  expect(documented).toEqual(assumed);
});

it('the prices in docs/deploy-aws.md are the defaults', () => {
  const sample = /```yaml\nof: ([\s\S]*?)```/.exec(readFileSync('docs/deploy-aws.md', 'utf8'))?.[1];
  const { of, ...documented } = awsPricesSchema.parse(parse(`of: ${sample}`));
  const { of: region, ...defaults } = prices;
  expect(documented).toEqual(defaults);
  expect(of).not.toBe(region);
});

describe('a plan', () => {
  const plan = planOf(workload({ tenants: 195 }), planCells(195, 500), prices, assumed);

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

  it('counts metrics as they are published: the ledger job’s were left out, all tenants named, and the transform’s said to grow with cells', () => {
    const metricsOf = (tenants: number, more: object = {}) =>
      costsOf(workload({ tenants }), planCells(tenants, 500), prices, assumptionsSchema.parse(more))
        .find(({ stage }) => stage === 'watching')
        ?.items.filter(({ unit }) => unit === 'metrics')
        .map(({ what, count, grows_with }) => [what, count, grows_with]);
    const fixed = [
      ['metrics of the transform', 13, 'nothing'],
      ['metrics of the ledger job', 3, 'nothing'],
    ];
    // Two of each that is named, and of `_other` where there are more.
    expect(metricsOf(10_000)).toEqual([['metrics of tenants', 102, 'nothing'], ...fixed]);
    expect(metricsOf(30)).toEqual([['metrics of tenants', 60, 'tenants'], ...fixed]);
    expect(metricsOf(30, { named_tenants: 0 })).toEqual(fixed);
  });

  it('says of every stage what it is made of and what that grows with', () => {
    for (const { usd, items, of, grows_with } of plan.costs.stages) {
      expect(items.reduce((sum, item) => sum + item.usd, 0)).toBeCloseTo(usd, 9);
      expect(items[0]).toMatchObject({ what: of, grows_with });
    }
    expect(plan.costs.assumed).toEqual(assumed);
  });

  it('reads as text', async () => {
    await expect(`${formatPlan(plan)}\n`).toMatchFileSnapshot('golden/plan.txt');
    const large = planOf(workload({ tenants: 10_000 }), planCells(10_000, 500), prices, assumed);
    expect(formatPlan(large)).toMatch(/52 cells and the platform's.*106\.0 % {2}on-demand streams/s);
  });
});
