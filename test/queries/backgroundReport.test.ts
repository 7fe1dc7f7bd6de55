import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { BackgroundStatus } from '../../queries/engines/BackgroundQueries.js';
import { type Engine, fetchReport, findReport, parseParameters, runReport, startReport } from '../../queries/index.js';
import type { Report } from '../../queries/reports/Report.js';
import { digestOf, readTag, tagStatement } from '../../queries/reports/reportTag.js';
import { fixtureEngine } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'background-'));
const window = { start: Date.parse('2026-11-20T00:00Z'), end: Date.parse('2026-11-21T00:00Z') };
const valuesOf = (report: Report, ...pairs: string[]) => parseParameters(report, pairs, { window });

let fixture: Engine;
beforeAll(async () => {
  fixture = await fixtureEngine(root, {
    tenants: ['acme', 'globex', 'initech'].map((tenant_id) => ({ tenant_id, name: '', plan: '' })),
    ledger: ['acme', 'globex', 'initech'].map((tenant_id, index) => ({
      tenant_id,
      emitter: tenant_id,
      service: 'S3',
      resource: '',
      operation: '',
      meter: 'requests',
      unit: 'Requests',
      event_hour: '2026-11-20 10:00:00',
      booked_date: '2026-11-20',
      manifest: 1,
      quantity_micros: String((index + 1) * 1_500_000),
      events: index + 1,
    })),
  });
});
afterAll(async () => {
  await fixture.close();
  rmSync(root, { recursive: true, force: true });
});

/** An engine that keeps statements, with what it was given and what it says of them. */
function keeping(say: Partial<BackgroundStatus> = {}) {
  const kept = new Map<string, string>();
  const engine: Engine = {
    ...fixture,
    background: {
      start: async (sql) => {
        kept.set(`q${kept.size + 1}`, sql);
        return `q${kept.size}`;
      },
      status: async (queryId) => ({ queryId, state: 'succeeded', sql: kept.get(queryId) ?? '', ...say }),
      fetch: (queryId) => fixture.query(kept.get(queryId) ?? ''),
    },
  };
  return { engine, kept };
}

describe('a report that is started and read later', () => {
  it('answers what it would have answered at once, by its id alone', async () => {
    const report = findReport('tenant-share');
    const given = valuesOf(report, 'service=S3', 'top=2');
    const times = { submittedAt: 1_000, completedAt: 4_500, bytesScanned: 10n, costUsd: '0.00005', reused: true };
    const { engine } = keeping(times);
    const started = await startReport(engine, report, given);
    const fetched = await fetchReport(engine, started.queryId, findReport);
    const atOnce = await runReport(fixture, report, given);
    expect({ ...fetched, stats: undefined }).toEqual({ ...atOnce, stats: undefined });
    expect(fetched.rows).toHaveLength(2);
    expect(fetched.stats).toEqual({
      query_id: 'q1',
      bytes_scanned: 10n,
      cost_usd: '0.00005',
      duration_ms: 3_500,
      reused: true,
      data_through: null,
      completeness: atOnce.stats.completeness,
      generated_at: '1970-01-01T00:00:04.500Z',
    });
    expect(fetched.warnings.join()).toMatch(/no booking yet[\s\S]*more tenants are not shown/);
  });

  it('is not ready while it runs, and is refused when it is no report or another one by now', async () => {
    const report = findReport('top-tenants');
    for (const state of ['queued', 'running'] as const) {
      const { engine } = keeping({ state });
      const { queryId } = await startReport(engine, report, valuesOf(report));
      await expect(fetchReport(engine, queryId, findReport)).rejects.toMatchObject({ code: 'ENGINE_BUSY' });
    }
    const { engine } = keeping();
    const { queryId } = await startReport(engine, report, valuesOf(report));
    const changed = () => ({ ...report, sql: `${report.sql} ` });
    await expect(fetchReport(engine, queryId, changed)).rejects.toThrow(
      /not what it was when this statement was started/,
    );
    const { engine: strange } = keeping({ sql: 'select 1' });
    await expect(fetchReport(strange, 'q9', findReport)).rejects.toThrow(/no report of tenantscope/);
  });

  it('is refused on an engine that answers at once, and for more tenants than one statement names', async () => {
    const report = findReport('problems');
    await expect(startReport(fixture, report, valuesOf(report))).rejects.toMatchObject({ code: 'USAGE' });
    await expect(fetchReport(fixture, 'q1', findReport)).rejects.toThrow(/keeps no statement to come back to/);
    const { engine } = keeping();
    await expect(startReport({ ...engine, longestTenantList: 2 }, report, valuesOf(report))).rejects.toThrow(
      /read in batches has to be waited for/,
    );
  });

  it('says where it comes from also when it is waited for, in the same words for the same values', async () => {
    const asked: string[] = [];
    const { engine } = keeping();
    const listening: Engine = {
      ...engine,
      query: (sql) => {
        asked.push(sql);
        return fixture.query(sql);
      },
    };
    const report = findReport('problems');
    await runReport(listening, report, valuesOf(report));
    await runReport(listening, report, valuesOf(report));
    const tagged = asked.filter((sql) => readTag(sql) !== undefined);
    expect(tagged).toHaveLength(2);
    expect(tagged[0]).toBe(tagged[1]);
    expect(readTag(tagged[0] ?? '')).toMatchObject({ report: 'problems', params: { window, limit: 1000 } });
  });
});

describe('the tag of a statement', () => {
  it('is read back whatever the values hold, and changes nothing of the answer', async () => {
    const report = findReport('tenant-logs');
    await fc.assert(
      fc.asyncProperty(fc.string({ unit: 'binary' }), fc.array(fc.string()), async (search, warnings) => {
        const known = { data_through: null, completeness: 'declared', warnings };
        const sql = tagStatement('select 1 as one', report, { search, window }, known);
        expect(readTag(sql)).toEqual({
          report: 'tenant-logs',
          digest: digestOf(report),
          params: JSON.parse(JSON.stringify({ search, window })),
          known,
        });
        expect((await fixture.query(sql)).rows).toEqual([[1]]);
      }),
    );
  });

  it.each(['select 1', 'select 1\n-- tenantscope: {', 'select 1\n-- tenantscope: {"report":1}'])(
    'is not in %j',
    (sql) => {
      expect(readTag(sql)).toBeUndefined();
    },
  );

  it('does not repeat a long list', () => {
    const report = findReport('problems');
    const ids = Array.from({ length: 1000 }, (_, index) => `t${index}`);
    expect(tagStatement('', report, { tenant_ids: ids }).length).toBeLessThan(200);
    expect(readTag(tagStatement('', report, { tenant_ids: ['a', 'b'] }))?.params).toEqual({ tenant_ids: ['a', 'b'] });
  });
});
