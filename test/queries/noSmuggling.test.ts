import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Engine, lintReport, parseParameters } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { parseReport } from '../../queries/reports/parseReport.js';
import type { Report } from '../../queries/reports/Report.js';
import { type FixtureRow, fixtureEngine } from './fixtureEngine.js';
import { smuggledReads } from './smuggledReads.js';

/** More of them with TENANTSCOPE_FUZZ_RUNS=100000. */
const RUNS = Number(process.env.TENANTSCOPE_FUZZ_RUNS ?? 600);

const root = mkdtempSync(join(tmpdir(), 'smuggling-'));
/** Names that are also words of SQL: a comparison with one can be true by itself. */
const MINE = ['acme', 'true', '1'] as const;
const window = { start: 0, end: 1 };
/** Each tenant's rows and no other's, and everyone's. */
const alone = new Map<string, Engine>();
let together: Engine;

const usage = (tenant: string, service: string, more: FixtureRow = {}): FixtureRow => ({
  tenant_id: tenant,
  emitter: tenant,
  service,
  resource: '',
  operation: '',
  meter: 'm',
  unit: 'u',
  event_hour: '2026-11-23 10:00:00',
  booked_date: '2026-11-23',
  manifest: 1,
  quantity_micros: 1,
  events: 1,
  ...more,
});

beforeAll(async () => {
  const own = (tenant: string): readonly FixtureRow[] => [usage(tenant, 'S3'), usage(tenant, `of ${tenant}`)];
  const others = [
    usage('globex', 'secret'),
    usage('globex', 'S3', { events: 5000 }),
    // What another tenant can make its rows look like: a service called as a customer is, an emitter that is one.
    ...MINE.flatMap((tenant) => [
      usage('globex', tenant),
      usage('globex', 'hidden', { emitter: tenant, meter: tenant }),
    ]),
  ];
  const tenants = (names: readonly string[]): readonly FixtureRow[] =>
    names.map((name) => ({ tenant_id: name, name: `name of ${name}`, plan: 'p' }));
  for (const tenant of MINE) {
    alone.set(tenant, await fixtureEngine(root, { ledger: own(tenant), tenants: tenants([tenant]) }));
  }
  const everyone = [...MINE.flatMap(own), ...others];
  together = await fixtureEngine(root, { ledger: everyone, tenants: tenants([...MINE, 'globex']) });
});
afterAll(async () => {
  for (const engine of [...alone.values(), together]) await engine.close();
  rmSync(root, { recursive: true, force: true });
});

function tenantReport(sql: string): Report {
  const header = [
    '-- ---',
    '-- name: probe',
    '-- title: P',
    '-- owner: t',
    '-- description: P',
    '-- scope: tenant',
    '-- table: ledger',
    '-- expected_scan: none',
    '-- params:',
    '--   - { name: tenant_id, type: tenant_id, required: true, description: t }',
    '-- columns:',
    '--   - { name: service, type: varchar, unit: "", description: s }',
    '-- ---',
  ];
  return parseReport([...header, sql].join('\n'), 'probe.sql');
}

async function answer(engine: Engine | undefined, report: Report, tenant: string): Promise<unknown> {
  const sql = renderReport(report, parseParameters(report, [`tenant_id=${tenant}`], { window }));
  const { rows } = (await engine?.query(sql).catch(() => ({ rows: 'an error' }))) ?? { rows: 'no engine' };
  return Array.isArray(rows) ? rows.map(String).sort() : rows;
}

it('a report of one tenant that lint accepts answers as if no other tenant were there', async () => {
  let accepted = 0;
  let answered = 0;
  await fc.assert(
    fc.asyncProperty(smuggledReads, fc.constantFrom(...MINE), async (sql, tenant) => {
      fc.pre(sql.trim() !== '');
      const report = tenantReport(sql);
      // The order of rows keeps nobody out.
      if (lintReport(report).some(({ message }) => !/order by/.test(message))) return;
      accepted += 1;
      const expected = await answer(alone.get(tenant), report, tenant);
      if (Array.isArray(expected) && expected.length > 0) answered += 1;
      expect(await answer(together, report, tenant), sql).toEqual(expected);
    }),
    { numRuns: RUNS },
  );
  // Otherwise nothing was tried.
  expect(accepted).toBeGreaterThan(RUNS / 100);
  expect(answered).toBeGreaterThan(RUNS / 200);
}, 600_000);
