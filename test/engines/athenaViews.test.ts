import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { LAKE, parseConfigOrThrow, registryOf, utcDayOf } from '../../model/index.js';
import { CompactedLines } from '../../queries/engines/athena/CompactedLines.js';
import type { Engine } from '../../queries/engines/Engine.js';
import { compactLake, loadCatalogue, openDuckDb, runReport } from '../../queries/index.js';
import { listFiles } from '../../queries/lake/listFiles.js';
import { ObjectIndex } from '../../queries/lake/ObjectIndex.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { cutOf } from '../../queries/maintenance/compaction/compactionLog.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { supplyTenants } from '../../queries/reports/supplyTenants.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { type AthenaOnTrino, athenaOnTrino, deployLines } from './athenaOnTrino.js';
import { bothLedgers, trinoSession } from './icebergHarness.js';
import { reportSamples } from './reportSamples.js';

const trino = inject('trino');
const NAME = 'athena_views';
const day = (from: string, until: string) => ({ start: Date.parse(from), end: Date.parse(until) });
const SAMPLES = {
  windows: [day('2026-11-22T00:00Z', '2026-11-24T00:00Z'), day('2020-01-01T00:00Z', '2020-01-02T00:00Z')],
  services: ['DynamoDB', 'Lambda'],
  tenants: ['acme'],
};

describe.skipIf('missing' in trino)("Athena's statements over projected partitions and an Iceberg ledger", () => {
  const { server, root } = 'missing' in trino ? { server: '', root: '' } : trino;
  const lake = join(root, NAME);
  const session = trinoSession(server);
  let duckdb: Engine;
  let athena: AthenaOnTrino;

  beforeAll(async () => {
    if ('missing' in trino) return;
    const scenario = 'noisy-dynamodb --formats 0.8 --aggregate --duplicates 0.2 --late --hostile';
    const size = '--tenants 6 --hours 4 --history 48h --end 2026-11-24';
    let file = '';
    // Twice, so that there are partitions of more than one object: others are not compacted.
    for (const seed of ['7', '8']) {
      const simulation = join(root, '..', `simulation-athena-${seed}`);
      const options = `${scenario} ${size} --seed ${seed}`.split(' ');
      await tenantscopeOk(['simulate', '--scenario', ...options, '--out', simulation]);
      file = join(simulation, 'tenantscope.yaml');
      await tenantscopeOk(['run', '--config', file, '--input', join(simulation, 'records'), '--lake', lake]);
    }
    const both = await bothLedgers(trino, NAME);
    await both.onTrino();
    await both.onDuckDb();
    const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
    const configured = { listPrices: config.list_prices, registry: registryOf(config) };
    duckdb = await openDuckDb({ lake, memoryMb: 512, threads: 1, ...configured });
    await deployLines(session, root, NAME);
    athena = athenaOnTrino(session, NAME, configured);
  });

  it.each(loadCatalogue())('answer $name as DuckDB does', async (report) => {
    const asked = reportSamples(report, SAMPLES);
    if (athena.views?.includes(report.table) === false) {
      await expect(runReport(athena, report, asked[0] ?? {})).rejects.toMatchObject({ code: 'USAGE' });
      return;
    }
    const statements = new Set<string>();
    for (const values of asked) statements.add(renderReport(report, await supplyTenants(duckdb, report, values)));
    for (const sql of statements) expect((await athena.query(sql)).rows, sql).toEqual((await duckdb.query(sql)).rows);
  });

  it('are refused when they name no tenant of the lines they read', async () => {
    for (const sql of ['select count(*) from events', "select count(*) from event_usage where dt = '2026-11-23'"]) {
      await expect(athena.query(sql), sql).rejects.toThrow(/Injected projection/);
    }
  });

  it('read the partitions they name, of a thousand tenants, too', async () => {
    const many = Array.from({ length: 999 }, (_, index) => `'tenant-${index}'`).join(', ');
    const sql = (list: string) => `select count(*), count(distinct event_id) from events where tenant_id in (${list})
      and dt >= '2026-11-20' and dt <= '2026-11-30'`;
    const { rows } = await athena.query(sql(`'acme', ${many}`));
    expect(rows).toEqual((await duckdb.query(sql("'acme'"))).rows);
    expect(Number(rows[0]?.[0])).toBeGreaterThan(100);
  });

  it('read lines that were moved once, from where the log says they are', async () => {
    await compactLake({
      lake,
      memoryMb: 512,
      threads: 1,
      lock: async () => async () => undefined,
      clock: () => Date.parse('2026-12-03T12:00:00Z'),
      before: utcDayOf(Date.parse('2026-11-24T00:00Z')),
      targetBytes: 128 * 1024 * 1024,
      wholeDates: false,
      graceMs: 86_400_000,
      dryRun: false,
    });
    const log = await readLog(lake);
    const compacted = await listFiles(lake, LAKE.compacted);
    expect(compacted.length).toBeGreaterThan(0);
    const moved = athena.compacted(
      new CompactedLines({
        root: `local:///${NAME}/`,
        cut: cutOf(log),
        index: new ObjectIndex(log, new Set(compacted)),
        files: [...(await listFiles(lake, LAKE.events)), ...compacted],
      }),
    );
    for (const sql of [
      "select count(*), count(distinct event_id), sum(log_bytes) from events where tenant_id in ('acme', 'globex')",
      "select dt, count(*) from events where tenant_id = 'acme' and dt >= '2026-11-21' group by dt order by dt",
      "select count(*), sum(quantity_micros) from event_usage where emitter = 'acme' and dt <= '2026-11-23'",
    ]) {
      expect((await moved.query(sql)).rows, sql).toEqual((await duckdb.query(sql)).rows);
    }
    await expect(moved.query('select count(*) from events')).rejects.toThrow(/Injected projection/);
  });
});
