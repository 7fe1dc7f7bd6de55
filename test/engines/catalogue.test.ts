import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { buildRegistry, DEFAULT_LIST_PRICES, parseConfigOrThrow, registryOf, tenantSchema } from '../../model/index.js';
import { loadCatalogue, runReport } from '../../queries/index.js';
import { renderReport } from '../../queries/reports/parameters.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { type Engines, expectEqualAnswers, openEngines, type SharedLake, VIEWS, viewRows } from './compareEngines.js';
import { writeHandMadeLake } from './handMadeLake.js';
import { reportSamples, type Samples } from './reportSamples.js';

const trino = inject('trino');
const day = (from: string, until: string) => ({ start: Date.parse(from), end: Date.parse(until) });
const WINDOWS = [
  day('2026-11-22T00:00Z', '2026-11-24T00:00Z'),
  day('2026-11-23T09:00Z', '2026-11-23T12:00Z'),
  day('2020-01-01T00:00Z', '2020-01-02T00:00Z'),
];

async function simulated(root: string, scenario: string, extra: readonly string[]): Promise<SharedLake> {
  const simulation = join(root, '..', `simulation-${scenario}`);
  const lake = join(root, scenario);
  const base = ['--tenants', '6', '--hours', '4', '--history', '48h', '--end', '2026-11-24', '--seed', '11'];
  await tenantscopeOk(['simulate', '--scenario', scenario, ...base, ...extra, '--out', simulation]);
  const file = join(simulation, 'tenantscope.yaml');
  await tenantscopeOk(['run', '--config', file, '--input', join(simulation, 'records'), '--lake', lake]);
  await tenantscopeOk(['ledger', 'build', '--lake', lake]);
  const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
  const shared = { listPrices: config.list_prices, registry: registryOf(config) };
  return { lake, location: `local:///${scenario}`, ...shared };
}

async function handMade(root: string): Promise<SharedLake> {
  await writeHandMadeLake(join(root, 'hand-made'));
  const tenants = [
    { id: 'acme', name: "Äcmé's 𝄞 \\ Ltd", plan: 'gold', namespaces: ['a'] },
    { id: 'globex', namespaces: ['b'] },
  ];
  const registry = buildRegistry({ tenants: tenants.map((tenant) => tenantSchema.parse(tenant)) });
  const listPrices = DEFAULT_LIST_PRICES.filter(({ meter }) => meter === 'read_units');
  return { lake: join(root, 'hand-made'), location: 'local:///hand-made', listPrices, registry };
}

const ROUGH = ['--duplicates', '0.2', '--late', '--hostile'];
const LAKES: readonly (readonly [string, (root: string) => Promise<SharedLake>, Omit<Samples, 'windows'>])[] = [
  [
    'a noisy neighbour',
    (root) => simulated(root, 'noisy-dynamodb', ['--formats', '0.8', '--aggregate', ...ROUGH]),
    { services: ['DynamoDB', 'Lambda', 'Nothing'], tenants: ['acme', 'nobody'] },
  ],
  ['pooled services', (root) => simulated(root, 'pooled', ROUGH), { services: ['DynamoDB', 'SQS'], tenants: ['acme'] }],
  ['what logs seldom hold', handMade, { services: ['DynamoDB', 'S3'], tenants: ['acme', 'globex'] }],
];

const REPORTS = loadCatalogue();
/** Reports that few lakes have rows for. */
const SELDOM: ReadonlySet<string> = new Set([
  'active-users',
  'unattributed',
  'late-data',
  'duplicates',
  'pipeline-cost',
]);
/** Views of single lines, which Trino does not have yet. */
const LINES: ReadonlySet<string> = new Set(['events', 'event_usage', 'quarantine']);

describe.skipIf('missing' in trino).each(LAKES)('DuckDB and Trino over a lake of %s', (_name, make, samples) => {
  let shared: SharedLake;
  let engines: Engines;
  beforeAll(async () => {
    if ('missing' in trino) return;
    shared = await make(trino.root);
    engines = await openEngines(trino.server, shared);
  });
  afterAll(() => engines?.close());

  it.each(VIEWS)('have the same %s', async (view) => {
    expect(await viewRows(engines.trino, view)).toEqual(await viewRows(engines.duckdb, view));
  });

  it.each(REPORTS.filter(({ table }) => !LINES.has(table)))('answer $name alike', async (report) => {
    let rows = 0;
    const asked = reportSamples(report, { ...samples, windows: WINDOWS });
    // Values that do not reach the statement make no other statement.
    for (const sql of new Set(asked.map((values) => renderReport(report, values)))) {
      rows += await expectEqualAnswers(engines, sql);
    }
    // What is derived and warned of needs the answers only: once is enough.
    for (const values of asked.slice(0, 1)) {
      const expected = await runReport(engines.duckdb, report, values);
      expect(await runReport(engines.trino, report, values)).toStrictEqual(expected);
    }
    // Simulations send no heartbeats: the hand-made lake has them.
    if (report.table === 'ledger' && !SELDOM.has(report.name)) expect(rows).toBeGreaterThan(0);
  });

  it.each(REPORTS.filter(({ table }) => LINES.has(table)))('say that $name is not for Trino yet', async (report) => {
    const [values = {}] = reportSamples(report, { ...samples, windows: WINDOWS });
    await expect(runReport(engines.trino, report, values)).rejects.toMatchObject({ code: 'USAGE' });
  });
});

it.skipIf('missing' in trino)('a lake without a booking answers with nothing, on both', async () => {
  if ('missing' in trino) return;
  const lake = join(trino.root, 'empty');
  await tenantscopeOk([
    'simulate',
    '--hours',
    '1',
    '--tenants',
    '2',
    '--end',
    '2026-11-24',
    '--out',
    `${lake}-simulation`,
  ]);
  await tenantscopeOk([
    'run',
    '--config',
    `${lake}-simulation/tenantscope.yaml`,
    '--input',
    `${lake}-simulation/records`,
    '--lake',
    lake,
  ]);
  const registry = buildRegistry({ tenants: [] });
  const engines = await openEngines(trino.server, { lake, location: 'local:///empty', listPrices: [], registry });
  for (const view of VIEWS) expect(await viewRows(engines.trino, view)).toEqual(await viewRows(engines.duckdb, view));
  expect(engines.trino.gaps).toEqual(engines.duckdb.gaps);
  await engines.close();
});
