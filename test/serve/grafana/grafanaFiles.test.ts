import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { configSchema, registryOf } from '../../../model/index.js';
import { parseTrino } from '../../../queries/dialect/parseTrino.js';
import type { Engine } from '../../../queries/index.js';
import { athenaDashboard, panelStatement } from '../../../serve/grafana/athenaDashboard.js';
import { ATHENA_PANELS } from '../../../serve/grafana/athenaPanels.js';
import type { GrafanaDashboard, GrafanaPanel } from '../../../serve/grafana/GrafanaTypes.js';
import { grafanaFiles } from '../../../serve/grafana/grafanaFiles.js';
import { metricsDashboard } from '../../../serve/grafana/metricsDashboard.js';
import { METRICS, sampleName } from '../../../serve/metrics/metricList.js';
import { fixtureEngine } from '../../queries/fixtureEngine.js';

const config = configSchema.parse({});
const options = { listPrices: config.list_prices, registry: registryOf(config) };

/** A statement as the data source sends it: macros and variables filled in as its documentation says. */
function filledIn(sql: string, tenant = "o'neil"): string {
  return sql
    .replaceAll('$__timeFrom()', "TIMESTAMP '2026-11-23 09:30:15'")
    .replaceAll('$__timeTo()', "TIMESTAMP '2026-11-23 11:45:00'")
    .replaceAll(`\${database:raw}`, 'tenantscope')
    .replaceAll(`\${service:sqlstring}`, "'DynamoDB'")
    .replaceAll(`\${tenant:sqlstring}`, `'${tenant.replaceAll("'", "''")}'`);
}

const panelsOf = (dashboard: GrafanaDashboard): readonly GrafanaPanel[] =>
  dashboard.panels.filter((panel): panel is GrafanaPanel => 'targets' in panel);

describe('examples/grafana', () => {
  it.each([...grafanaFiles(options)])(
    '%s is what `tenantscope dashboard grafana --out examples/grafana` writes',
    (name, text) => {
      expect(readFileSync(new URL(`../../../examples/grafana/${name}`, import.meta.url), 'utf8')).toBe(text);
    },
  );
});

describe.each([
  ['metrics', metricsDashboard()],
  ['athena', athenaDashboard(options)],
] as const)('the %s dashboard', (_, dashboard) => {
  it('names its data source by a variable, everywhere', () => {
    expect(dashboard.templating.list[0]).toMatchObject({ type: 'datasource', name: 'datasource' });
    for (const found of JSON.stringify(dashboard).matchAll(/"uid":"([^"]*)"/g))
      expect(['$datasource', dashboard.uid]).toContain(found[1]);
  });

  it('has panels with ids of their own that lie within the grid and on no other', () => {
    const ids = dashboard.panels.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    const taken = new Set<string>();
    for (const { gridPos } of dashboard.panels) {
      const { x, y, w, h } = gridPos ?? expect.fail('no place');
      expect(x + w).toBeLessThanOrEqual(24);
      for (let row = y; row < y + h; row += 1) {
        for (let column = x; column < x + w; column += 1) {
          expect(taken.has(`${row},${column}`)).toBe(false);
          taken.add(`${row},${column}`);
        }
      }
    }
  });

  it('says of every panel what it shows', () => {
    for (const panel of panelsOf(dashboard)) {
      expect(panel.description?.length).toBeGreaterThan(20);
      expect(panel.targets.length).toBeGreaterThan(0);
    }
  });

  it('uses no variable it does not have', () => {
    const names = new Set(dashboard.templating.list.map(({ name }) => name));
    for (const found of JSON.stringify(dashboard).matchAll(/\$\{?([a-z]+)/g)) expect(names).toContain(found[1]);
  });
});

describe('metricsDashboard', () => {
  it('shows every metric but what it is built from, and none that is not there', () => {
    const used = new Set(
      panelsOf(metricsDashboard()).flatMap(({ targets }) =>
        targets.flatMap((target) => ('expr' in target ? (target.expr.match(/tenantscope_\w+/g) ?? []) : [])),
      ),
    );
    const known = Object.values(METRICS).map(sampleName);
    expect([...used].filter((name) => !known.includes(name))).toEqual([]);
    expect(known.filter((name) => !used.has(name))).toEqual(['tenantscope_build_info']);
  });
});

describe('athenaDashboard', () => {
  const folder = mkdtempSync(join(tmpdir(), 'grafana-'));
  let engine: Engine;
  beforeAll(async () => {
    const row = {
      emitter: 'acme',
      operation: 'Query',
      resource: 't',
      service: 'DynamoDB',
      meter: 'read_units',
      unit: 'ReadUnits',
    };
    const of = (tenant_id: string, event_hour: string, quantity_micros: string) => ({
      ...row,
      ...{ tenant_id, event_hour, quantity_micros, events: 1, booked_date: '2026-11-23' },
    });
    engine = await fixtureEngine(folder, {
      ledger: [
        of('acme', '2026-11-23 07:00:00', '1000000'),
        of('acme', '2026-11-23 09:00:00', '3000000'),
        of("o'neil", '2026-11-23 10:00:00', '7000000'),
        // Past the end of the last full hour: never shown in part.
        of('acme', '2026-11-23 11:00:00', '9000000'),
      ],
      list_prices: [{ service: 'DynamoDB', meter: 'read_units', picodollars_per_unit: 250_000 }],
    });
  });
  afterAll(async () => {
    await engine.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it.each(ATHENA_PANELS.map((panel) => [panel.report, panel] as const))(
    '%s is a query by Trino’s grammar',
    (_, panel) => {
      const sql = filledIn(panelStatement(panel, options));
      expect(sql).not.toMatch(/\{\{|\$/);
      const parsed = parseTrino(sql);
      expect('finding' in parsed ? parsed.finding : undefined).toBeUndefined();
    },
  );

  /** What a panel asks of the report's rows, without the views before it: the engine has those. */
  async function answer(report: string) {
    const panel = ATHENA_PANELS.find((one) => one.report === report) ?? expect.fail(report);
    const sql = filledIn(panelStatement(panel, options));
    return engine.query(sql.slice(sql.indexOf(panel.projection.slice(0, 20))));
  }

  it('shows shares of the full hours alone, against as many before', async () => {
    const { rows } = await answer('tenant-share');
    expect(rows.map((row) => row.map(String))).toEqual([
      ['USD', '1', "o'neil", '0.7', '0', '0.00000175'],
      ['USD', '2', 'acme', '0.3', '1', '7.5e-7'],
    ]);
  });

  it('takes what somebody chose as a text, quotes and all', async () => {
    const { rows } = await answer('tenant-usage-by-hour');
    expect(rows).toHaveLength(1);
    expect(rows[0]?.slice(1).map(String)).toEqual(['DynamoDB read_units (ReadUnits)', '7']);
  });

  it.each(ATHENA_PANELS.map(({ report }) => report))('%s answers', async (report) => {
    await expect(answer(report)).resolves.toBeDefined();
  });
});
