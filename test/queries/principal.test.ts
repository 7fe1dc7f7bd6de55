import { mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { TenantId } from '../../model/index.js';
import { tenantViews } from '../../queries/engines/trino/tenantViews.js';
import { type Engine, findReport, loadCatalogue, openDuckDb, parseParameters, runReport } from '../../queries/index.js';
import { requireOneTenant, restrictToTenant } from '../../queries/reports/restrictToTenant.js';
import { type TenantsLake, tenantsLake } from './tenantsLake.js';

const root = mkdtempSync(join(tmpdir(), 'principal-'));
const ACME = 'acme' as TenantId;
let lake: TenantsLake;
let engine: Engine;
let everyone: Engine;
beforeAll(async () => {
  lake = await tenantsLake(root, { open: true });
  engine = await openDuckDb({ ...lake, listPrices: [], tenant: ACME });
  everyone = await openDuckDb({ ...lake, listPrices: [] });
});
afterAll(async () => {
  await engine.close();
  await everyone.close();
  rmSync(root, { recursive: true, force: true });
});

/** Words and figures that are not acme's: other tenants, their text, their quantities. */
const FOREIGN = /globex|initech|shared-secret|stranger|_unknown|\b700000000\b|\b9000000\b|\b77\b/;

const textOf = async (on: Engine, sql: string): Promise<string> =>
  (await on.query(sql)).rows.map((row) => row.map(String).join('|')).join('\n');

describe('an engine opened for one tenant', () => {
  it('shows that tenant’s rows of every view, all of them, and no other', async () => {
    for (const [view, owner] of [
      ['ledger', 'tenant_id'],
      ['booked_events', 'emitter'],
      ['booked_heartbeats', 'tenant_id'],
      ['booked_sources', 'tenant_id'],
      ['usage_recent', 'tenant_id'],
      ['heartbeats', 'tenant_id'],
      ['events', 'tenant_id'],
      ['tenants', 'tenant_id'],
    ]) {
      const own = await textOf(engine, `select * from ${view} order by all`);
      expect(own, view).toBe(await textOf(everyone, `select * from ${view} where ${owner} = 'acme' order by all`));
      expect(own.length, view).toBeGreaterThan(0);
      expect(own, view).not.toMatch(FOREIGN);
    }
    // What a shared service did for it is in the ledger; the lines that say so are the platform's.
    expect(
      await textOf(engine, "select resource, quantity_micros from ledger where emitter = '_shared' order by 1, 2"),
    ).toBe('index|1000000\nindex|3000000');
    const usage = "select * from event_usage where tenant_id = 'acme' and emitter = 'acme' order by all";
    expect(await textOf(engine, 'select * from event_usage order by all')).toBe(await textOf(everyone, usage));
    expect(engine.views).not.toContain('quarantine');
    expect(engine.tenant).toBe('acme');
  });

  it.each([
    'select * from quarantine',
    "select * from read_parquet('LAKE/ledger/bookings/*/usage.parquet')",
    "select * from 'LAKE/ledger/bookings/0000000001/usage.parquet'",
    "select * from read_parquet('LAKE/ledger/bookings/0000000001/events.parquet')",
    "select * from read_parquet('LAKE/events/tenant_id=globex/*/*.parquet')",
    "select * from read_parquet('LAKE/events/*/*/*.parquet')",
    "select * from read_parquet('LAKE/events/tenant_id=acme/../tenant_id=globex/dt=2026-11-20/*.parquet')",
    "select * from read_parquet(['LAKE/events/tenant_id=acme/dt=2026-11-20/*.parquet', 'LAKE/events/tenant_id=globex/dt=2026-11-20/*.parquet'])",
    "select * from read_parquet('LAKE/events/tenant_id=_shared/*/*.parquet')",
    "select * from parquet_metadata('LAKE/events/tenant_id=globex/dt=2026-11-20/*.parquet')",
    "select * from parquet_bloom_probe('LAKE/ledger/bookings/0000000001/usage.parquet', 'tenant_id', 'globex')",
    "select content from read_text('LAKE/journal/*.json')",
    "select content from read_blob('LAKE/errors/**')",
    "select * from read_json('LAKE/ledger/manifests/*.json')",
    "select * from read_csv('LAKE/lake.json')",
    "select * from sniff_csv('LAKE/journal/*')",
    "select * from glob('LAKE/**')",
    "select * from glob('LAKE/events/*')",
    "select * from glob('LAKE/events/tenant_id=acme/../*')",
    "select * from read_text('/etc/passwd')",
    "select * from query('select * from read_parquet(''LAKE/ledger/bookings/0000000001/usage.parquet'')')",
    "select * from query_table('quarantine')",
    'select * from duckdb_views()',
    'select * from duckdb_tables()',
    'select * from duckdb_columns()',
    'select * from duckdb_databases()',
    'select * from duckdb_temporary_files()',
    'select * from information_schema.tables',
    'select * from information_schema.columns',
    'select sql from sqlite_master',
    "select * from pragma_storage_info('ledger')",
    "select * from pragma_table_info('events')",
    "select current_setting('allowed_directories'), current_setting('temp_directory')",
    "select getvariable('x'), current_user, current_database()",
    'from ledger',
    'table booked_events',
    "select * from ledger where tenant_id = 'globex' or true",
    "select * from main.ledger union all select * from memory.main.ledger where emitter = '_shared' and tenant_id <> 'acme'",
    "select * from event_usage where emitter = '_shared' or tenant_id = 'globex'",
    'summarize ledger',
    "attach 'LAKE/x.db' as x",
    "copy ledger to 'LAKE/stolen.csv'",
    "copy (select 1) to 'LAKE/events/tenant_id=acme/x.parquet'",
    "set allowed_directories = ['/']",
    "set global enable_external_access = true; select * from 'LAKE/ledger/bookings/0000000001/usage.parquet'",
    'reset lock_configuration',
    'create view v as select 1',
    'install httpfs',
    'load icu',
    'prepare p as select 1',
    'call duckdb_logs()',
    'export database',
    'explain analyze select * from ledger',
  ])('cannot be talked into another row by: %s', async (template) => {
    const sql = template.replaceAll('LAKE', lake.lake);
    const answered = await textOf(engine, sql).catch((error: unknown) => `refused: ${String(error).replace(sql, '')}`);
    // What is refused may repeat the name of a file that was asked for, and nothing else.
    expect(answered.replaceAll(/LAKE|"[^"]*"/g, '')).not.toMatch(FOREIGN);
    const theirs = await textOf(everyone, "select count(*) from ledger where tenant_id = 'globex'");
    expect(theirs).not.toBe('0');
  });

  it('is not led out of its folder by a link', async () => {
    const inside = join(lake.lake, 'events/tenant_id=acme');
    mkdirSync(inside, { recursive: true });
    symlinkSync(join(lake.lake, 'ledger'), join(inside, 'link'));
    const answered = await textOf(
      engine,
      `select * from read_parquet('${inside}/link/bookings/0000000001/usage.parquet')`,
    ).catch(() => 'refused');
    rmSync(join(inside, 'link'));
    expect(answered).toBe('refused');
  });

  it('says that the figures are not complete without a figure of anyone else’s', () => {
    expect(everyone.gaps.join()).toMatch(/1 objects of the lake are not booked/);
    expect(engine.gaps).toEqual(['not all that came in is booked yet: these figures may not be complete']);
  });

  it('knows how far the platform’s data goes, and lets a tenant that printed nothing ask', async () => {
    const initech = await openDuckDb({ ...lake, listPrices: [], tenant: 'initech' as TenantId });
    const report = findReport('tenant-usage-by-day');
    const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
    const result = await runReport(initech, report, parseParameters(report, ['tenant_id=initech'], { window }));
    await initech.close();
    expect(result.rows).toEqual([]);
    const { stats } = await runReport(everyone, report, parseParameters(report, ['tenant_id=acme'], { window }));
    expect(result.stats.data_through).toBe(stats.data_through);
    expect(result.warnings.join()).not.toMatch(FOREIGN);
  });

  it('names only its own files as what a statement can read', async () => {
    const files = await engine.files?.(
      ['ledger', 'booked_events', 'events', 'event_usage', 'heartbeats', 'quarantine'].map((view) => ({
        view,
        columns: [],
      })),
    );
    expect(files?.length).toBeGreaterThan(0);
    for (const { path } of files ?? []) expect(path).toMatch(/^events\/tenant_id=acme\//);
  });

  it('answers every report for one tenant as the platform’s engine does', async () => {
    const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
    const given: Record<string, string> = { trace_id: `trace_id=${'0'.repeat(31)}1` };
    let rows = 0;
    for (const report of loadCatalogue().filter(({ scope }) => scope === 'tenant')) {
      const pairs = report.params.flatMap(({ name }) => given[name] ?? []);
      const own = await runReport(
        engine,
        report,
        parseParameters(report, restrictToTenant(report, pairs, ACME), { window }),
      );
      const all = await runReport(everyone, report, parseParameters(report, [...pairs, 'tenant_id=acme'], { window }));
      expect(own.rows, report.name).toEqual(all.rows);
      expect(JSON.stringify([own.warnings, own.params]), report.name).not.toMatch(FOREIGN);
      rows += own.rows.length;
    }
    expect(rows).toBeGreaterThan(5);
  });

  it('does not name what others use when a service is unknown', async () => {
    const report = {
      ...findReport('tenant-usage-by-day'),
      params: [...findReport('top-operations').params, ...findReport('tenant-usage-by-day').params],
    };
    const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-20T01:00Z') };
    const values = { ...parseParameters(report, ['tenant_id=acme', 'service=Dynamo'], { window }) };
    const { warnings } = await runReport(engine, report, values);
    expect(warnings.join('\n')).toMatch(/no service Dynamo/);
    expect(warnings.join('\n')).not.toMatch(FOREIGN);
  });
});

describe('a principal of one tenant', () => {
  it('may run what reads one tenant’s rows, and nothing else', () => {
    for (const report of loadCatalogue()) {
      const run = () => requireOneTenant(report, ACME);
      if (report.scope === 'tenant') expect(run, report.name).not.toThrow();
      else expect(run, report.name).toThrow(/reads the rows of more than one tenant.*PERM|more than one tenant/);
    }
  });

  it('is the tenant of every parameter that names one, and no value gets past it', () => {
    const report = findReport('tenant-logs');
    expect(restrictToTenant(report, ['search=x=y', 'tenant_id=acme'], ACME)).toEqual(['search=x=y', 'tenant_id=acme']);
    expect(restrictToTenant(report, [], ACME)).toEqual(['tenant_id=acme']);
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string({ unit: 'grapheme' }),
          fc.constantFrom('globex', '_shared', 'acme,globex', "acme' or '1'='1", 'acme ', 'ACME', ''),
        ),
        (text) => {
          fc.pre(text !== 'acme');
          expect(() => restrictToTenant(report, ['severity=any', `tenant_id=${text}`], ACME)).toThrow(
            /another tenant is not yours to read/,
          );
        },
      ),
    );
  });

  it('searches as text only', async () => {
    const report = findReport('tenant-logs');
    const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
    for (const search of [
      "%' or tenant_id = 'globex' or body like '%",
      "'; select * from ledger; --",
      '%',
      "') union all select * from ledger --",
    ]) {
      const pairs = restrictToTenant(report, [`search=${search}`], ACME);
      const { rows } = await runReport(engine, report, parseParameters(report, pairs, { window }));
      expect(rows).toEqual([]);
      expect(JSON.stringify(rows)).not.toMatch(FOREIGN);
    }
  });
});

it('on Trino the views of one tenant have its rows only, and there is no other', () => {
  const views = new Map(
    [
      'ledger',
      'booked_events',
      'heartbeats',
      'events',
      'event_usage',
      'quarantine',
      'list_prices',
      'tenants',
      'of_a_later_version',
    ].map((name) => [name, `select * from ${name}_files`]),
  );
  expect(Object.fromEntries(tenantViews(views, ACME))).toEqual({
    ledger: `select * from (select * from ledger_files) where "tenant_id" = 'acme'`,
    booked_events: `select * from (select * from booked_events_files) where "emitter" = 'acme'`,
    heartbeats: `select * from (select * from heartbeats_files) where "tenant_id" = 'acme'`,
    events: `select * from (select * from events_files) where "tenant_id" = 'acme'`,
    event_usage: `select * from (select * from event_usage_files) where "tenant_id" = 'acme' and "emitter" = 'acme'`,
    list_prices: 'select * from list_prices_files',
    tenants: `select * from (select * from tenants_files) where "tenant_id" = 'acme'`,
  });
});
