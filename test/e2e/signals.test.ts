import { appendFileSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { importMetrics, lakeSink } from '../../ingest/index.js';
import { parseConfigOrThrow, registryOf } from '../../model/index.js';
import { importedMetrics, openDuckDb } from '../../queries/index.js';
import { cloudWatchOf, type SeriesValue } from '../alerts/signals/signalSources.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const root = temporaryFolder();
afterAll(() => root.remove());
const cwd = root.path;
const lake = ['--lake', 'lake', '--config', 'sim/tenantscope.yaml'];
const ok = (...args: readonly string[]): Promise<string> => tenantscopeOk([...args, ...lake], { cwd });
const file = join(cwd, 'sim/tenantscope.yaml');
const START = Date.parse('2026-11-23T18:00:00Z');
const END = Date.parse('2026-11-24T00:00:00Z');

beforeAll(async () => {
  const noisy = ['--scenario', 'noisy-dynamodb', '--tenants', '8', '--hours', '4', '--history', '2d'];
  await tenantscopeOk(['simulate', ...noisy, '--end', '2026-11-24T00:00Z', '--out', 'sim'], { cwd });
  await ok('run', '--input', 'sim/records');
  await ok('ledger', 'build');
}, 600_000);

/** Imports what a CloudWatch says into the lake, and books it. */
async function importFrom(series: Readonly<Record<string, SeriesValue>>, times = 1): Promise<void> {
  const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
  const { platform_stream: stream } = config.identity;
  for (let time = 0; time < times; time += 1)
    await importMetrics({
      client: cloudWatchOf(series),
      sleep: async () => undefined,
      random: () => 0.5,
      sink: () =>
        lakeSink({
          lake: join(cwd, 'lake'),
          registry: registryOf(config),
          trust: 'namespace',
          platformStream: stream,
          stream,
          clock: () => END + 20 * 60_000,
          memoryMb: 256,
          threads: 1,
        }),
      // A position of its own each time: what is read twice counts once.
      position: join(cwd, `position-${Object.keys(series).length}-${time}.json`),
      since: START,
      until: END,
    });
  await ok('ledger', 'build');
}

async function detected(at: string, ...flags: readonly string[]) {
  const { findings } = jsonOf(await ok('detect', '--at', at, '--last', '1h', '--json', ...flags));
  return findings.find((one: { tenant_id: string }) => one.tenant_id === 'acme');
}

/** The next run of the job is its first. */
const forget = (): void => rmSync(join(cwd, 'lake/alerts'), { recursive: true, force: true });

/** What the scheduled job opens when its first run is as of then. */
async function opened(at: string): Promise<readonly string[]> {
  forget();
  const summary = jsonOf(await ok('alerts', 'run', '--no-ledger', '--at', at, '--json'));
  return summary.plan.notifications
    .map(
      ({ transition: { incident } }: { transition: { incident: { severity: string; key: string } } }) =>
        `${incident.severity} ${incident.key}`,
    )
    .filter((told: string) => told.includes('acme'));
}

it('detect and the scheduled job judge by the same signals: none, imported metrics, a file', async () => {
  const at = '2026-11-23T22:00Z';
  expect(await detected(at)).toMatchObject({
    severity: 'PAGE',
    next: expect.arrayContaining([expect.stringContaining('nothing measures the capacity of DynamoDB')]),
  });
  expect(await opened(at)).toEqual(['PAGE acme/DynamoDB/up']);

  // A tenth of what is provisioned, and nobody is turned away.
  await importFrom(
    { 'plays/ProvisionedReadCapacityUnits': () => 1000, 'plays/ConsumedReadCapacityUnits': () => 100 * 300 },
    2,
  );
  const roomy = await detected(at);
  expect(roomy).toMatchObject({ severity: 'TICKET' });
  expect(roomy.next.join('\n')).not.toContain('nothing measures');
  expect(await opened(at)).toEqual(['TICKET acme/DynamoDB/up']);
  const backtest = ['backtest', '--since', '2026-11-23T19:00Z', '--json'];
  expect(jsonOf(await ok(...backtest))).toMatchObject({ pages: 0 });

  const signals = join(cwd, 'signals.csv');
  const row = (hour: number) => `2026-11-23T${hour}:00:00Z,DynamoDB,0.97,40`;
  writeFileSync(
    signals,
    ['window_start,service,capacity_use,throttled_requests', row(19), row(20), row(21)].join('\n'),
  );
  expect(await detected(at, '--signals', signals)).toMatchObject({ severity: 'PAGE' });
  appendFileSync(file, `\ndetection: { signals: "${signals}" }\n`);
  expect(await detected(at)).toMatchObject({ severity: 'PAGE' });
  expect(await opened(at)).toEqual(['PAGE acme/DynamoDB/up']);

  // Half of the signals must not pass for all: a file that is named and not there is an error of both.
  writeFileSync(file, readFileSync(file, 'utf8').replace('signals.csv', 'none.csv'));
  for (const args of [
    ['detect', '--at', at],
    ['alerts', 'run', '--no-ledger', '--at', at],
  ])
    expect(await tenantscope([...args, ...lake], { cwd })).toMatchObject({
      code: 66,
      stderr: expect.stringContaining('detection.signals'),
    });
}, 600_000);

it('budgets burn in detect and in the scheduled job alike, and what cannot be told of one is said', async () => {
  const text = readFileSync(file, 'utf8').replace(/^detection: .*$/m, '');
  writeFileSync(
    file,
    `${text}\nbudgets: [{ tenant: acme, service: DynamoDB, usd: "0.0001" }, { service: S3, usd: "1e9" }]\n`,
  );
  expect(await tenantscope(['vet', 'sim/tenantscope.yaml'], { cwd })).toMatchObject({
    code: 78,
    stdout: expect.stringMatching(/budgets\.1\.usd: expected an exact decimal in quotes/),
  });
  writeFileSync(file, readFileSync(file, 'utf8').replace('1e9', '900000000'));
  const at = '2026-11-23T22:00Z';
  const { findings } = jsonOf(await ok('detect', '--at', at, '--last', '2h', '--json'));
  const budgets = findings.filter(({ sentence }: { sentence: string }) => sentence.includes('budget'));
  expect(budgets).toMatchObject([
    { kind: 'budget', severity: 'PAGE', tenant_id: 'acme', service: 'DynamoDB' },
    // Two days of history are no three.
    { kind: 'not_judged', severity: 'INFO', tenant_id: '_fleet', service: 'S3' },
  ]);
  forget();
  const told = await ok('alerts', 'run', '--no-ledger', '--at', at);
  expect(told).toContain(`opened PAGE acme/DynamoDB/budget: ${budgets[0].sentence}`);
  const shown = await ok('incident', 'show', 'acme/DynamoDB/budget');
  expect(shown).toContain('times the rate that lasts 30 days');
  const [command = ''] = shown.match(/report run tenant-usage-by-hour.*/) ?? [];
  expect(await ok(...command.split(' '), '--format', 'csv')).toContain('DynamoDB,read_units');
}, 600_000);

it('imported metrics are read once each, by the hour, and only where there are any', async () => {
  const asked: string[] = [];
  const config = parseConfigOrThrow(readFileSync(file, 'utf8'), file);
  const duckDb = await openDuckDb({
    lake: join(cwd, 'lake'),
    memoryMb: 256,
    threads: 1,
    listPrices: [],
    registry: registryOf(config),
  });
  const engine = {
    gaps: duckDb.gaps,
    close: () => duckDb.close(),
    query: (sql: string) => {
      asked.push(sql);
      return duckDb.query(sql);
    },
  };
  const metrics = ['ConsumedReadCapacityUnits'];
  const window = { start: Date.parse('2026-11-23T20:00:00Z'), end: Date.parse('2026-11-23T21:00:00Z') };
  const value = { namespace: 'AWS/DynamoDB', metric: metrics[0], resource: 'plays', index: '' };
  expect(await importedMetrics(engine, { window, metrics })).toEqual([
    { ...value, start: window.start, sum: 12 * 30_000, values: 12 },
  ]);
  asked.length = 0;
  const before = { start: START - 3_600_000, end: START };
  expect(await importedMetrics(engine, { window: before, metrics })).toEqual([]);
  expect(asked).toHaveLength(1);
  expect(await importedMetrics({ ...engine, views: ['ledger'] }, { window, metrics })).toEqual([]);
  expect(asked).toHaveLength(1);
  await engine.close();
}, 600_000);
