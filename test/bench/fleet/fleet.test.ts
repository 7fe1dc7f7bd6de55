import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { fleetConfig, writeFleet } from '../../../bench/fleet/fleetLake.js';
import { gatherPageIn } from '../../../cli/gatherPage.js';
import { loadRates } from '../../../cli/loadRates.js';
import { metricFacts } from '../../../cli/metricFacts.js';
import { buildPage } from '../../../dashboard/index.js';
import { buildRegistry, isReservedTenant } from '../../../model/index.js';
import { type Engine, findReport, openDuckDb, parseParameters, runReport } from '../../../queries/index.js';
import { servedMetrics } from '../../../serve/metrics/servedMetrics.js';
import { fakeContext } from '../../cli/fakeContext.js';
import { temporaryFolder } from '../../e2e/tenantscope.js';

const MANY = 500;
const folder = temporaryFolder();
afterAll(() => folder.remove());

/** Gathers the page of a fleet's lake, and counts the statements that takes. */
async function gathered(tenants: number) {
  const root = join(folder.path, `of-${tenants}`);
  const lake = join(root, 'lake');
  await writeFleet(lake, { tenants, days: 1 }, 1);
  writeFileSync(join(root, 'tenantscope.yaml'), fleetConfig({ tenants, days: 1 }, lake));
  const context = fakeContext();
  const rates = await loadRates({ config: join(root, 'tenantscope.yaml') }, context);
  const { config } = rates;
  const opened = await openDuckDb({
    ...{ lake, memoryMb: 512, threads: 1, listPrices: config.list_prices },
    registry: buildRegistry(config),
    quotas: config.quotas,
  });
  const asked: string[] = [];
  const counted =
    <T>(ask: (sql: string) => T) =>
    (sql: string): T => {
      asked.push(sql);
      return ask(sql);
    };
  const engine: Engine = {
    ...opened,
    query: counted((sql) => opened.query(sql)),
    ...(opened.beside === undefined ? {} : { beside: counted(opened.beside.bind(opened)) }),
    ...(opened.stream === undefined ? {} : { stream: counted(opened.stream.bind(opened)) }),
  };
  const data = await gatherPageIn(engine, rates, {}, context);
  return { data, engine, config, statements: asked.length, longest: Math.max(...asked.map(({ length }) => length)) };
}

it('gathers five hundred tenants as it does thirty: as many statements, a few series, and the totals of the reports', async () => {
  const [few, many] = [await gathered(30), await gathered(MANY)];
  expect(many.statements).toBe(few.statements);
  expect(many.longest).toBeLessThan(100_000);

  const { data, engine, config } = many;
  const [window] = data.windows;
  if (window === undefined) throw new Error('no window');
  expect(window.services.map(({ service }) => service)).toEqual(['DynamoDB', 'Ingress', 'Lambda', 'Pipeline', 'S3']);
  for (const service of window.services) {
    const report = findReport('tenant-share');
    const { window: of } = window;
    const asked = parseParameters(report, [`service=${service.service}`, 'top=100000'], { window: of });
    const { columns, rows } = await runReport(engine, report, asked);
    const at = (name: string): number => columns.findIndex((column) => column.name === name);
    expect(rows).toHaveLength(MANY);
    const reported = rows.map((row) => [row[at('tenant_id')], row[at('amount')]]);
    const shown = service.rows.tenant.map((place, row) => [data.tenants.ids[place], service.rows.amount[row]]);
    expect(shown).toEqual(reported);
    // Eight, those something was found of, and all others as one: and they are all of it.
    expect(service.series.length).toBeLessThan(70);
    const drawn = service.series
      .flatMap(({ amounts }) => amounts)
      .reduce<number>((sum, amount) => sum + (amount ?? 0), 0);
    expect(drawn / Number(service.total)).toBeCloseTo(1, 5);
  }
  const exact = (amounts: readonly string[]): bigint =>
    amounts.reduce((sum, amount) => {
      const [whole = '0', fraction = ''] = amount.split('.');
      return sum + BigInt(whole + fraction.padEnd(18, '0'));
    }, 0n);
  expect(exact(window.value.usd)).toBe(exact([window.value.total ?? '']));
  const priced = window.services.filter(({ basis }) => basis === 'USD');
  expect(exact(priced.map(({ total }) => total ?? ''))).toBe(exact([window.value.total ?? '']));
  expect(data.details.length).toBeLessThanOrEqual(60);
  expect(data.quality.strip.length).toBeLessThanOrEqual(41);
  expect(data.bill?.tenants).toHaveLength(MANY);
  expect(buildPage(data).length).toBeLessThan(5_000_000);

  const value = { facts: await metricFacts(engine, config) };
  const metrics = servedMetrics(
    { good: { value, at: 0, tookMs: 1 }, failure: null, underWay: false, done: { ok: 1, failed: 0 } },
    { version: '0', nodeVersion: '0', topTenants: 20, now: window.window.end },
  );
  const samples = metrics.flatMap((family) => family.samples);
  expect(samples.length).toBeLessThan(600);
  const active = metrics.find(({ name }) => name === 'tenantscope_active_tenants');
  expect(active?.samples.map(({ value: count }) => count)).toEqual(new Array(5).fill(MANY));
  const shares = metrics.find(({ name }) => name === 'tenantscope_tenant_share_ratio')?.samples ?? [];
  // Twenty, and all others as one.
  expect(shares.filter(({ labels }) => !isReservedTenant(labels?.tenant_id ?? '_')).length).toBe(5 * (20 + 1));
  for (const one of [few, many]) await one.engine.close();
}, 1_800_000);
