import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { SCENARIOS, type ScenarioName, simulate } from '../../../ingest/simulator/index.js';
import { isCustomerTenantId, parseConfig, type Truth } from '../../../model/index.js';
import { END, runSimulation, smallOptions } from './readSimulation.js';
import { recount, sorted } from './recount.js';

const HOUR = 3_600_000;
const scenarios = Object.keys(SCENARIOS) as ScenarioName[];
const rough = { duplicates: 0.2, late: true, hostile: true, historyHours: 30, hours: 6 } as const;

/** DynamoDB cost at list price by consumer, in one hour: a write unit costs five read units. */
function costs(usage: Truth['usage'], hour: string): Map<string, number> {
  const sums = new Map<string, number>();
  for (const row of usage) {
    if (row.event_hour !== hour || row.service !== 'DynamoDB' || row.meter === 'requests') continue;
    const cost = Number(row.quantity_micros) * (row.meter === 'write_units' ? 5 : 1);
    sums.set(row.tenant_id, (sums.get(row.tenant_id) ?? 0) + cost);
  }
  return sums;
}

describe('simulate', () => {
  it('writes the same bytes for the same seed, and others for another', async () => {
    const options = smallOptions({ ...rough, aggregate: true });
    const first = await runSimulation(options);
    expect((await runSimulation(options)).sha256).toBe(first.sha256);
    expect((await runSimulation({ ...options, seed: 2 })).sha256).not.toBe(first.sha256);
  });

  it('writes these very bytes (a deliberate change of the simulated lines changes the hash)', async () => {
    const { sha256 } = await runSimulation(smallOptions({ ...rough, scenario: 'pooled', tenants: 2 }));
    expect(sha256).toBe('a7becb0ddb2f50b42a85f7e3592ced1a2a9dded4923f94b4feee925ed649c48e');
  });

  it.each(scenarios)(
    'states in truth.json exactly what an independent recount of the bytes finds: %s',
    async (scenario) => {
      const simulation = await runSimulation(smallOptions({ scenario }));
      expect(sorted(simulation.truth.usage)).toEqual(recount(simulation));
    },
  );

  it.each(scenarios.flatMap((scenario) => [true, false].map((aggregate) => ({ scenario, aggregate }))))(
    'states the truth under late, resent and hostile lines: $scenario, aggregate $aggregate',
    async ({ scenario, aggregate }) => {
      const simulation = await runSimulation(smallOptions({ ...rough, scenario, aggregate }));
      expect(sorted(simulation.truth.usage)).toEqual(recount(simulation));
      expect(simulation.truth.usage.some((row) => row.emitter === '_unknown')).toBe(true);
    },
  );

  it('keeps arrivals in order within a file, in the file of their day, before the end, 500 records a batch at most', async () => {
    const { records, batches, truth, summary } = await runSimulation(
      smallOptions({ ...rough, hours: 1, tenants: 1, linesPerTenantHour: 8000 }),
    );
    expect(summary.files.length).toBeGreaterThan(1);
    expect(Math.max(...batches.map((batch) => batch.lengths.length))).toBe(500);
    records.forEach((record, index) => {
      const before = records[index - 1];
      if (before?.file === record.file) expect(record.arrival).toBeGreaterThanOrEqual(before.arrival);
      expect(record.file).toBe(`records/${new Date(record.arrival).toISOString().slice(0, 10)}.ndjson`);
    });
    expect(records.at(-1)?.arrival).toBeLessThan(END + 60_000);
    expect(new Set(records.map((record) => record.sequence)).size).toBe(records.length);
    expect(records.length).toBe(truth.records);
    expect(records.every((record) => record.data.at(-1) === 0x0a)).toBe(true);
  });

  it('writes records with the keys of the envelope, in the order Fluent Bit has them', async () => {
    const { records } = await runSimulation(smallOptions({ hours: 1 }));
    const keys = 'time,stream,log,schema,tenant_id,namespace,pod,pod_uid,container,node,cluster,file,offset';
    for (const { data } of records) {
      expect(Object.keys(JSON.parse(data.toString('utf8'))).join(',')).toBe(keys);
      expect(data.indexOf(0x0a)).toBe(data.length - 1);
    }
    expect(records.some(({ data }) => data.includes('茉莉花') || data.includes('Für'))).toBe(true);
  });

  it('gives acme 30 % of DynamoDB in every detailed hour and none of the others far from 5 %', async () => {
    const { truth } = await runSimulation(
      smallOptions({ scenario: 'noisy-dynamodb', tenants: 15, hours: 8, historyHours: 5, seed: 11 }),
    );
    for (let back = 1; back <= 13; back += 1) {
      const hour = new Date(END - back * HOUR).toISOString();
      const sums = costs(truth.usage, hour);
      const total = [...sums.values()].reduce((sum, cost) => sum + cost, 0);
      for (const [tenant, cost] of sums) {
        const share = (100 * cost) / total;
        const planned = back > 8 ? 100 / 15 : tenant === 'acme' ? 30 : 5;
        expect(Math.abs(share - planned), `${tenant} ${hour}`).toBeLessThan(1);
      }
    }
    expect(truth.incidents).toMatchObject([{ tenant_id: 'acme', service: 'DynamoDB', share: 0.3 }]);
  });

  it('books what the shared service did to the consumer it named, or to _unknown', async () => {
    const { truth, records } = await runSimulation(smallOptions({ scenario: 'pooled' }));
    const shared = truth.usage.filter((row) => row.emitter === '_shared' && row.service === 'DynamoDB');
    expect(new Set(shared.map((row) => row.tenant_id))).toEqual(new Set([...truth.tenants, '_unknown']));
    const platform = records.filter((record) => record.file.startsWith('records/platform-'));
    expect(platform.length).toBeGreaterThan(0);
    expect(
      records.every((record) => record.file.includes('platform-') === (record.stream === 'tenantscope-platform')),
    ).toBe(true);
    expect(records.every((record) => record.data.includes('"_shared"') === record.file.includes('platform-'))).toBe(
      true,
    );
  });

  it('has the shared service do so much for the first tenant in the detailed hours that it has 30 %, by no pod of its own', async () => {
    const { truth } = await runSimulation(
      smallOptions({ scenario: 'pooled', tenants: 15, hours: 4, historyHours: 200, seed: 11 }),
    );
    const detailed = truth.usage.filter((row) => Date.parse(row.event_hour) >= END - 4 * HOUR);
    const before = truth.usage.filter((row) => Date.parse(row.event_hour) < END - 4 * HOUR);
    const shareOf = (usage: Truth['usage']): number => {
      const all = new Map<string, number>();
      for (const hour of new Set(usage.map((row) => row.event_hour)))
        for (const [tenant, cost] of costs(usage, hour)) all.set(tenant, (all.get(tenant) ?? 0) + cost);
      return (all.get('acme') ?? 0) / [...all.values()].reduce((sum, cost) => sum + cost, 0);
    };
    const own = (usage: Truth['usage']) => usage.filter(({ emitter }) => emitter !== '_shared');
    expect(shareOf(detailed)).toBeCloseTo(0.3, 1);
    expect(shareOf(own(detailed))).toBeCloseTo(1 / 15, 2);
    expect(shareOf(before)).toBeCloseTo(1 / 15, 2);
    expect(truth.incidents).toMatchObject([{ tenant_id: 'acme', service: 'DynamoDB', share: 0.3 }]);
  });

  it('resends every chunk once, byte for byte, with duplicates 1', async () => {
    const { records, truth } = await runSimulation(smallOptions({ duplicates: 1 }));
    const times = new Map<string, number>();
    for (const { data } of records) times.set(data.toString('latin1'), (times.get(data.toString('latin1')) ?? 0) + 1);
    expect([...times.values()].every((count) => count === 2)).toBe(true);
    expect(truth.lines).toBe(2 * truth.distinct_lines);
  });

  it('lets lines arrive at least an hour late only when asked to', async () => {
    const lateness = async (late: boolean) => {
      const { records } = await runSimulation(smallOptions({ late, hours: 30 }));
      return records.map((record) => {
        const stated = /\\"time\\":(\d+)/.exec(record.data.toString('utf8'))?.[1];
        return stated === undefined ? 0 : record.arrival - Number(stated);
      });
    };
    expect(Math.max(...(await lateness(true)))).toBeGreaterThan(HOUR);
    expect(Math.max(...(await lateness(false)))).toBeLessThan(HOUR / 6);
  });

  it('packs lines into fewer records, none above the limit and hostile ones apart', async () => {
    const { records, truth } = await runSimulation(
      smallOptions({ aggregate: true, hours: 1, linesPerTenantHour: 20_000, tenants: 2 }),
    );
    expect(truth.records).toBeLessThan(truth.lines / 20);
    expect(Math.max(...records.map((record) => record.data.length))).toBeLessThanOrEqual(1_048_556);
  });

  it('mixes tenants in one record now and then when hostile lines are aggregated', async () => {
    const { records } = await runSimulation(smallOptions({ aggregate: true, hostile: true, hours: 6 }));
    const mixed = records.filter(({ data }) => {
      const stamps = data.toString('utf8').matchAll(/"schema":"tenantscope\/1","tenant_id":"([^"]+)"/g);
      return new Set([...stamps].map((match) => match[1])).size > 1;
    });
    expect(mixed.length).toBeGreaterThan(0);
    expect(mixed.length).toBeLessThan(records.length / 5);
  });

  it('keeps hostile lines near 2 % of all', async () => {
    const [plain, hostile] = await Promise.all([
      runSimulation(smallOptions({ linesPerTenantHour: 2000 })),
      runSimulation(smallOptions({ linesPerTenantHour: 2000, hostile: true })),
    ]);
    const { distinct_lines: lines, usage } = hostile.truth;
    expect(lines / plain.truth.distinct_lines).toBeGreaterThan(1);
    const counted = usage.filter((row) => row.meter === 'log_events').reduce((sum, row) => sum + row.events, 0);
    expect((lines - counted) / lines).toBeGreaterThan(0.004);
    expect((lines - counted) / lines).toBeLessThan(0.02);
  });

  it('writes a configuration that vets, for one tenant and for a thousand', async () => {
    for (const [tenants, scenario] of [
      [1, 'noisy-dynamodb'],
      [1000, 'pooled'],
    ] as const) {
      const { config, summary } = await runSimulation(
        smallOptions({ tenants, scenario, hours: 1, linesPerTenantHour: 2 }),
      );
      const parsed = parseConfig(config, 'tenantscope.yaml');
      expect(parsed.ok && parsed.config.tenants.map((tenant) => tenant.id)).toEqual(summary.tenants);
      expect(summary.tenants[0]).toBe('acme');
      expect(new Set(summary.tenants.filter(isCustomerTenantId)).size).toBe(tenants);
    }
  });

  it('writes at least the bytes asked for', async () => {
    const { summary } = await runSimulation(smallOptions({ targetBytes: 12_000_000, hours: 2 }));
    expect(summary.bytes).toBeGreaterThanOrEqual(12_000_000);
    expect(summary.bytes).toBeLessThan(20_000_000);
  });

  it('refuses a folder that is not empty, one that cannot be made, and options out of range', async () => {
    const root = await mkdtemp(join(tmpdir(), 'simulation-'));
    try {
      await mkdir(join(root, 'full'));
      await writeFile(join(root, 'full', 'mine.txt'), 'keep');
      await expect(simulate(smallOptions(), { dir: join(root, 'full') })).rejects.toMatchObject({
        code: 'CANNOT_CREATE',
      });
      const below = join(root, 'full', 'mine.txt', 'out');
      await expect(simulate(smallOptions(), { dir: below })).rejects.toMatchObject({ code: 'CANNOT_CREATE' });
      for (const wrong of [
        { tenants: 0 },
        { tenants: 1001 },
        { hours: 0 },
        { duplicates: 1.1 },
        { end: END + 1 },
        { seed: 0.5 },
      ]) {
        await expect(simulate(smallOptions(wrong), { dir: join(root, 'out') })).rejects.toMatchObject({
          code: 'USAGE',
        });
      }
    } finally {
      await rm(root, { recursive: true, force: true });
    }
  });
});
