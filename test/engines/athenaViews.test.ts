import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { errorTable, eventTable, parseConfigOrThrow, registryOf } from '../../model/index.js';
import { athenaTables } from '../../queries/engines/athena/athenaTables.js';
import { athenaViews } from '../../queries/engines/athena/athenaViews.js';
import type { Engine } from '../../queries/engines/Engine.js';
import { trinoDdl } from '../../queries/engines/trino/trinoDdl.js';
import { withViews } from '../../queries/engines/trino/withViews.js';
import { loadCatalogue, openDuckDb, runReport } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { supplyTenants } from '../../queries/reports/supplyTenants.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
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

/**
 * Runs what Athena is sent on a real Trino. There one catalogue has the tables of lines and another the ledger; in Athena
 * both are in one database.
 */
describe.skipIf('missing' in trino)(
  "Athena's statements on a real Trino, over projected partitions and an Iceberg ledger",
  () => {
    const session = trinoSession('missing' in trino ? '' : trino.server);
    let duckdb: Engine;
    let athena: Engine;

    beforeAll(async () => {
      if ('missing' in trino) return;
      const simulation = join(trino.root, '..', 'simulation-athena');
      const scenario = [
        '--scenario',
        'noisy-dynamodb',
        '--formats',
        '0.8',
        '--aggregate',
        '--duplicates',
        '0.2',
        '--late',
        '--hostile',
      ];
      const size = ['--tenants', '6', '--hours', '4', '--history', '48h', '--end', '2026-11-24', '--seed', '7'];
      await tenantscopeOk(['simulate', ...scenario, ...size, '--out', simulation]);
      const file = join(simulation, 'tenantscope.yaml');
      const both = await bothLedgers(trino, NAME);
      await tenantscopeOk(['run', '--config', file, '--input', join(simulation, 'records'), '--lake', both.lake]);
      await both.onTrino();
      await both.onDuckDb();
      const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
      const configured = { listPrices: config.list_prices, registry: registryOf(config) };
      duckdb = await openDuckDb({ lake: both.lake, memoryMb: 512, threads: 1, ...configured });
      athena = await athenaOnTrino(both.lake, configured);
    });

    async function athenaOnTrino(lake: string, configured: Parameters<typeof athenaViews>[1]): Promise<Engine> {
      const at = (folder: string): string => `local:///${NAME}/${folder}`;
      mkdirSync(join(lake, 'errors'), { recursive: true });
      await session.run(`create schema if not exists "lake"."${NAME}"`);
      for (const table of [eventTable(at('events'), ['2026-11-01', '2026-12-31']), errorTable(at('errors'))]) {
        await session.run(trinoDdl(`"lake"."${NAME}"."${table.name}"`, table));
      }
      const tables = { ...athenaTables(NAME), catalog: 'lake' };
      const ledger = [tables.usage, tables.bookedEvents, tables.bookings].join('|');
      const placed = (sql: string): string =>
        sql.replaceAll(new RegExp(`"lake"\\.("${NAME}"\\."(?:${ledger})")`, 'g'), '"iceberg".$1');
      const views = new Map([...athenaViews(tables, configured)].map(([name, select]) => [name, placed(select)]));
      return {
        gaps: [],
        views: [...views.keys()],
        query: (sql) => session.run(withViews(sql, views)),
        close: async () => undefined,
      };
    }

    it.each(loadCatalogue().map((report) => [report.name, report] as const))(
      'answer %s as DuckDB does',
      async (_, report) => {
        const asked = reportSamples(report, SAMPLES);
        if (athena.views?.includes(report.table) === false) {
          await expect(runReport(athena, report, asked[0] ?? {})).rejects.toMatchObject({ code: 'USAGE' });
          return;
        }
        const statements = new Set<string>();
        for (const values of asked) statements.add(renderReport(report, await supplyTenants(duckdb, report, values)));
        for (const sql of statements)
          expect((await athena.query(sql)).rows, sql).toEqual((await duckdb.query(sql)).rows);
      },
    );

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
      const usage =
        "select count(*) from event_usage where emitter = 'acme' and dt = '2026-11-23' and service = 'DynamoDB'";
      expect((await athena.query(usage)).rows).toEqual((await duckdb.query(usage)).rows);
    });
  },
);
