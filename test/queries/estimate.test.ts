import { mkdtempSync, readdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { ViewRead } from '../../queries/engines/DataFile.js';
import { type ColumnChunk, leastBytesOf } from '../../queries/engines/leastBytes.js';
import {
  type Engine,
  estimateReport,
  exceededLimit,
  findReport,
  loadCatalogue,
  openDuckDb,
  parseParameters,
  prepareReport,
} from '../../queries/index.js';
import { estimateScan } from '../../queries/reports/estimate/estimateScan.js';
import { readsOf } from '../../queries/reports/estimate/readsOf.js';
import { reportHeaderSchema } from '../../queries/reports/Report.js';
import { fixtureEngine } from './fixtureEngine.js';
import { type TenantsLake, tenantsLake } from './tenantsLake.js';

const root = mkdtempSync(join(tmpdir(), 'estimate-'));
const window = { start: Date.parse('2026-11-20T06:00Z'), end: Date.parse('2026-11-21T00:00Z') };
let lake: TenantsLake;
let engine: Engine;
beforeAll(async () => {
  lake = await tenantsLake(root);
  engine = await openDuckDb({ ...lake, listPrices: [] });
});
afterAll(async () => {
  await engine.close();
  rmSync(root, { recursive: true, force: true });
});

const reads = (name: string, ...pairs: string[]): readonly ViewRead[] => {
  const report = findReport(name);
  return readsOf(report, parseParameters(report, pairs, { window }));
};

describe('readsOf', () => {
  it('finds tenant, arrival dates, window and columns of a report on lines', () => {
    expect(reads('trace', 'tenant_id=acme', `trace_id=${'a'.repeat(32)}`, 'late_days=2')).toEqual([
      {
        view: 'events',
        columns: [
          'event_id',
          'id_hour',
          'event_time',
          'arrival_time',
          'severity_text',
          'body',
          'service_name',
          'trace_id',
          'span_id',
          'http_request_method',
          'http_route',
          'http_response_status_code',
          'duration_ms',
        ],
        tenants: ['acme'],
        dates: { first: '2026-11-19', last: '2026-11-22' },
        window,
      },
    ]);
  });

  it('takes lists, tenants written in the text, windows that reach back, and joins', () => {
    expect(reads('problems', 'tenant_ids=acme,globex')[0]).toMatchObject({
      view: 'events',
      tenants: ['acme', 'globex'],
    });
    expect(reads('active-users', 'tenant_ids=acme')[0]).toMatchObject({
      view: 'event_usage',
      tenants: ['acme'],
      columns: ['emitter', 'dt', 'event_time', 'event_id', 'tenant_id', 'service', 'meter', 'unit', 'kind', 'series'],
    });
    const [lines, ledger] = reads('unattributed');
    expect(lines).toMatchObject({
      view: 'events',
      tenants: ['_unknown'],
      dates: { first: '2026-11-19', last: '2026-11-27' },
    });
    expect(ledger).toEqual({
      view: 'ledger',
      columns: ['tenant_id', 'emitter', 'service', 'resource', 'meter', 'unit', 'event_hour', 'quantity_micros'],
      window,
    });
    expect(reads('tenant-share', 'service=S3')).toEqual([
      {
        view: 'ledger',
        columns: ['tenant_id', 'service', 'meter', 'event_hour', 'quantity_micros'],
        window: { start: 2 * window.start - window.end, end: window.end },
      },
    ]);
    expect(reads('lines-held-back')[0]?.window).toEqual({ start: Number.NEGATIVE_INFINITY, end: window.end });
  });

  it('reads wider, never narrower, what it does not understand', () => {
    const report = findReport('trace');
    const values = parseParameters(report, ['tenant_id=acme', `trace_id=${'a'.repeat(32)}`], { window });
    const of = (sql: string) => readsOf({ ...report, sql }, values)[0];
    expect(of("select body from events where tenant_id = 'acme' or true")).toEqual({
      view: 'events',
      columns: ['body'],
    });
    expect(of("select body from events where not tenant_id = 'acme' and dt >= {{window.first_dt}}")).toEqual({
      view: 'events',
      columns: ['body'],
    });
    expect(of("select 'pod' from events -- where tenant_id = {{tenant_id}}")).toEqual({ view: 'events', columns: [] });
  });

  it('finds what every report of the catalogue is about', () => {
    for (const report of loadCatalogue()) {
      const given: Record<string, string> = {
        service: 'S3',
        tenant_id: 'acme',
        trace_id: 'a'.repeat(32),
        tenant_ids: 'acme',
        date: '2026-11-20',
      };
      const pairs = report.params.flatMap(({ name, type, required }) =>
        (required && type !== 'window') || type === 'tenant_ids' ? [`${name}=${given[type]}`] : [],
      );
      const found = readsOf(report, parseParameters(report, pairs, { window }));
      expect(
        found.map(({ view }) => view),
        report.name,
      ).toContain(report.table);
      for (const read of found) {
        expect(read.columns.length, report.name).toBeGreaterThan(0);
        if (/^event/.test(read.view))
          expect(read, report.name).toMatchObject({ tenants: expect.anything(), dates: expect.anything() });
        // How far the data goes is asked of all bookings.
        const furthest = read.columns.join() === 'arrival_through';
        if (read.view !== 'quarantine' && !furthest) expect(read.window, report.name).toBeDefined();
      }
    }
  });
});

it('knows every view a report can be about: one that it forgot would read as free of charge', () => {
  const report = findReport('top-tenants');
  for (const table of reportHeaderSchema.shape.table.options) {
    const found = readsOf({ ...report, sql: `select count(*) as n from ${table}` }, {});
    expect(found, table).toEqual([{ view: table, columns: [] }]);
  }
});

describe('leastBytesOf', () => {
  const chunk = (rowGroup: number, path: string, bytes: number, least?: string, greatest?: string): ColumnChunk => ({
    rowGroup,
    path: path.split('.'),
    bytes,
    ...(least === undefined || greatest === undefined ? {} : { least, greatest }),
  });
  const read = (view: string, ...columns: string[]): ViewRead => ({ view, columns, window });

  it('counts the named columns of the row groups that can hold rows of the window', () => {
    const chunks = [
      chunk(0, 'event_time', 1, '2026-11-19 00:00:00', '2026-11-20 05:59:59.999'),
      chunk(0, 'body', 10),
      chunk(1, 'event_time', 100, '2026-11-20 05:00:00', '2026-11-20 06:00:00'),
      chunk(1, 'body', 1_000),
      chunk(1, 'pod', 10_000),
      chunk(2, 'event_time', 100_000, '2026-11-21 00:00:00', '2026-11-22 00:00:00'),
      chunk(3, 'event_time', 1_000_000),
      chunk(3, 'body', 10_000_000),
    ];
    expect(leastBytesOf(chunks, [read('events', 'event_time', 'body')])).toBe(11_001_100);
    expect(leastBytesOf(chunks, [{ view: 'events', columns: ['pod', 'dt'] }])).toBe(10_000);
    // What two reads of one file share is read once.
    expect(
      leastBytesOf(chunks, [read('events', 'body'), read('event_usage', 'event_time'), read('events', 'body')]),
    ).toBe(11_001_100);
  });

  it('finds usage in its list, and what a heartbeat counts in its attributes', () => {
    const chunks = [
      chunk(0, 'usage.list.element.service', 1),
      chunk(0, 'usage.list.element.tenant_id', 10),
      chunk(0, 'attributes.key_value.key', 100),
      chunk(0, 'attributes.key_value.value', 1_000),
      chunk(0, 'format', 10_000),
      chunk(0, 'lines_read', 100_000),
    ];
    expect(leastBytesOf(chunks, [read('event_usage', 'service', 'emitter')])).toBe(1);
    expect(leastBytesOf(chunks, [read('events', 'tenant_id')])).toBe(0);
    expect(leastBytesOf(chunks.slice(0, 5), [read('heartbeats', 'lines_read')])).toBe(11_100);
    expect(leastBytesOf(chunks.slice(0, 5), [read('heartbeats', 'event_time')])).toBe(10_000);
    expect(leastBytesOf(chunks.slice(5), [read('heartbeats', 'lines_read')])).toBe(100_000);
  });
});

describe('estimateScan', () => {
  const file = (path: string, bytes: number, leastBytes?: number) => ({
    path,
    bytes,
    ...(leastBytes === undefined ? {} : { leastBytes }),
  });

  it('adds up files by folder, and prices whole megabytes, ten at least, a statement', () => {
    const estimate = estimateScan([[file('a/x', 30_000_001, 4), file('b/y', 5, 5)], [file('a/z', 1)]], 5);
    expect(estimate).toMatchObject({
      partitions: [
        { partition: 'a', files: 2, bytes: 30_000_002 },
        { partition: 'b', files: 1, bytes: 5 },
      ],
      lowBytes: 9,
      highBytes: 30_000_007,
      // 10 MB twice, and 31 MB with 10 MB, at 5 USD a terabyte.
      lowUsd: '0.0001',
      highUsd: '0.000205',
      filesUnread: 1,
    });
    expect(estimateScan([[]], 5)).toMatchObject({ lowBytes: 0, highBytes: 0, lowUsd: '0.00005', highUsd: '0.00005' });
    expect(estimateScan([[file('s3://b/p/dt=2026-11-20/x', 1)]], 5).partitions[0]?.partition).toBe(
      's3://b/p/dt=2026-11-20',
    );
  });

  it('never has a lower bound above the upper one, and loses no file', () => {
    const anyFile = fc.record(
      { path: fc.stringMatching(/^[ab]\/[a-z]{1,3}$/), bytes: fc.nat(), leastBytes: fc.nat() },
      { requiredKeys: ['path', 'bytes'] },
    );
    fc.assert(
      fc.property(fc.array(fc.array(anyFile), { minLength: 1 }), fc.constantFrom(0, 5, 6.25), (statements, price) => {
        const { lowBytes, highBytes, lowUsd, highUsd, partitions } = estimateScan(statements, price);
        expect(lowBytes).toBeLessThanOrEqual(highBytes);
        expect(Number(lowUsd)).toBeLessThanOrEqual(Number(highUsd));
        expect(partitions.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(highBytes);
        expect(partitions.reduce((sum, { files }) => sum + files, 0)).toBe(statements.flat().length);
        expect(Number(lowUsd)).toBeGreaterThanOrEqual((statements.length * price * 9.999) / 1_000_000);
      }),
    );
  });
});

describe('exceededLimit', () => {
  const estimate = { highBytes: 12_000_000, highUsd: '0.00006' };
  it.each([
    [{}, undefined],
    [{ maxBytes: { bytes: 12_000_000, from: '--max-bytes' } }, undefined],
    [{ maxBytes: { bytes: 11_999_999, from: '--max-bytes' } }, '--max-bytes 12000000'],
    [{ maxCostUsd: { usd: '0.00006', from: 'x' } }, undefined],
    [{ maxCostUsd: { usd: '0.000059999', from: 'x' } }, '--max-cost 0.00006'],
    [{ maxBytes: { bytes: 1, from: 'x' }, maxCostUsd: { usd: '0', from: 'x' } }, '--max-bytes 12000000'],
  ])('%j', (limits, flag) => {
    expect(exceededLimit(estimate, limits)?.flag).toBe(flag);
  });
});

describe('the embedded engine', () => {
  const estimateOf = async (name: string, ...pairs: string[]) => {
    const report = findReport(name);
    return estimateReport(engine, await prepareReport(engine, report, parseParameters(report, pairs, { window })), 5);
  };

  it('names the files of the partitions asked for, with their sizes on disk', async () => {
    const estimate = await estimateOf('tenant-logs', 'tenant_id=acme');
    expect(estimate?.partitions.map(({ partition }) => partition)).toEqual(['events/tenant_id=acme/dt=2026-11-20']);
    for (const { path, bytes, leastBytes = -1 } of estimate?.files ?? []) {
      expect(bytes).toBe(statSync(join(lake.lake, path)).size);
      expect(leastBytes).toBeGreaterThan(0);
      expect(leastBytes).toBeLessThan(bytes);
    }
    expect((await estimateOf('tenant-logs', 'tenant_id=nobody'))?.files).toEqual([]);
    const all = await estimateOf('problems');
    expect(all?.partitions.map(({ partition }) => partition.split('/')[1])).toEqual([
      'tenant_id=_shared',
      'tenant_id=_unknown',
      'tenant_id=acme',
      'tenant_id=globex',
    ]);
  });

  it('counts less where fewer columns are named, and nothing of row groups outside the window', async () => {
    const [few, many] = [await estimateOf('problems'), await estimateOf('active-users')];
    expect(few?.highBytes).toBe(many?.highBytes);
    expect(few?.lowBytes).not.toBe(many?.lowBytes);
    const report = findReport('tenant-usage-by-hour');
    const before = { start: window.start - 86_400_000, end: window.start };
    const values = parseParameters(report, ['tenant_id=acme'], { window: before });
    const outside = await estimateReport(engine, await prepareReport(engine, report, values), 5);
    expect(outside).toMatchObject({
      lowBytes: 0,
      files: [expect.objectContaining({ path: expect.stringMatching(/usage\.parquet$/) })],
    });
  });

  it('reads error objects whole: they are text', async () => {
    const estimate = await estimateOf('quarantine');
    expect(estimate?.files.length).toBeGreaterThan(0);
    expect(estimate?.lowBytes).toBe(estimate?.highBytes);
  });

  it('names for every view the files it is over, and no other', async () => {
    const all = readdirSync(lake.lake, { recursive: true, withFileTypes: true })
      .filter(
        (entry) => entry.isFile() && !/manifests|journal|staging|lake\.json/.test(join(entry.parentPath, entry.name)),
      )
      .map((entry) => join(entry.parentPath, entry.name));
    expect(all.length).toBeGreaterThan(6);
    for (const view of ['ledger', 'booked_events', 'heartbeats', 'events', 'event_usage', 'quarantine']) {
      const files = await engine.files?.([{ view, columns: [] }]);
      const needed: string[] = [];
      for (const file of all) {
        renameSync(file, `${file}.away`);
        const gone = await engine.query(`select * from ${view}`).then(
          () => false,
          () => true,
        );
        renameSync(`${file}.away`, file);
        if (gone) needed.push(relative(lake.lake, file));
      }
      expect(files?.map(({ path }) => path).sort(), view).toEqual(needed.sort());
      expect(needed.length, view).toBeGreaterThan(0);
    }
  });
});

it('an engine that cannot tell its files has no estimate', async () => {
  const fixture = await fixtureEngine(root, {});
  const report = findReport('top-tenants');
  const prepared = await prepareReport(fixture, report, parseParameters(report, [], { window }));
  expect(await estimateReport(fixture, prepared, 5)).toBeUndefined();
  await fixture.close();
});
