import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildRegistry } from '../../model/index.js';
import { loadCatalogue } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { supplyTenants } from '../../queries/reports/supplyTenants.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import {
  answerOf,
  type Engines,
  expectEqualAnswers,
  openEngines,
  remembering,
  VIEWS,
  viewRows,
} from './compareEngines.js';
import { LAKES } from './lakes.js';
import { reportSamples } from './reportSamples.js';

const trino = inject('trino');
const REPORTS = loadCatalogue();
/** Rows that were compared, by report: one that never had any proved nothing. */
const compared = new Map<string, number>();

describe.skipIf('missing' in trino).each(LAKES)('DuckDB and Trino over a lake of $name', ({ make, samples }) => {
  let engines: Engines;
  beforeAll(async () => {
    if ('missing' in trino) return;
    engines = remembering(await openEngines(trino.server, await make(trino.root)));
  });
  afterAll(() => engines?.close());

  it.each(VIEWS)('have the same %s', async (view) => {
    expect(await viewRows(engines, 'trino', view)).toEqual(await viewRows(engines, 'duckdb', view));
  });

  it.each(REPORTS)('answer $name alike', async (report) => {
    const asked = reportSamples(report, samples);
    // Values that do not reach the statement make no other statement.
    const statements = new Set<string>();
    for (const values of asked) {
      statements.add(renderReport(report, await supplyTenants(engines.duckdb, report, values)));
    }
    let rows = 0;
    for (const sql of statements) rows += await expectEqualAnswers(engines, sql);
    compared.set(report.name, rows + (compared.get(report.name) ?? 0));
    // What is derived and warned of needs the answers only: once is enough.
    for (const values of asked.slice(0, 1)) {
      const expected = await answerOf(engines.duckdb, report, values);
      expect(await answerOf(engines.trino, report, values)).toStrictEqual(expected);
    }
  });
});

it.skipIf('missing' in trino)('every report had rows to compare', () => {
  expect(REPORTS.map(({ name }) => name).filter((name) => (compared.get(name) ?? 0) === 0)).toEqual([]);
});

it.skipIf('missing' in trino)('a lake without a booking answers with nothing, on both', async () => {
  if ('missing' in trino) return;
  const lake = join(trino.root, 'empty');
  const simulation = join(trino.root, '..', 'simulation-empty');
  await tenantscopeOk(['simulate', '--hours', '1', '--tenants', '2', '--end', '2026-11-24', '--out', simulation]);
  const config = join(simulation, 'tenantscope.yaml');
  await tenantscopeOk(['run', '--config', config, '--input', join(simulation, 'records'), '--lake', lake]);
  const registry = buildRegistry({ tenants: [] });
  const engines = await openEngines(trino.server, { lake, location: 'local:///empty', listPrices: [], registry });
  for (const view of VIEWS) {
    expect(await viewRows(engines, 'trino', view)).toEqual(await viewRows(engines, 'duckdb', view));
  }
  expect(engines.trino.gaps).toEqual(engines.duckdb.gaps);
  await engines.close();
});
