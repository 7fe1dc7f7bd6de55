import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { beforeAll, describe, expect, inject, it } from 'vitest';
import { buildRegistry, eventTable, hiveProperties, LAKE } from '../../model/index.js';
import { findReport, parseParameters } from '../../queries/index.js';
import { tenantscope } from '../e2e/tenantscope.js';
import { answerOf, comparable, type Engines, expectEqualAnswers, openEngines } from './compareEngines.js';
import { deliverObjects } from './deliverObjects.js';
import { HAND_MADE_OBJECTS } from './handMadeLines.js';
import { writeHandMadeLinesLake } from './handMadeLinesLake.js';

const trino = inject('trino');
const { server, root } = 'missing' in trino ? { server: '', root: '' } : trino;
const WINDOW = { start: Date.parse('2026-11-22T00:00Z'), end: Date.parse('2026-11-23T00:00Z') };
const ACME = "tenant_id = 'acme' and dt = '2026-11-22'";
const ROWS = `${LAKE.events}/tenant_id=acme/dt=2026-11-22/rows.parquet`;

/** A copy of the lake of hand-made lines, by this name; and the engines over it, Trino perhaps over another copy. */
function copy(name: string): string {
  cpSync(join(root, 'lines-template'), join(root, name), { recursive: true });
  return join(root, name);
}
function open(
  name: string,
  more: { readonly location?: string; readonly longestInline?: number } = {},
): Promise<Engines> {
  const registry = buildRegistry({ tenants: [] });
  return openEngines(server, {
    lake: join(root, name),
    location: `local:///${name}`,
    listPrices: [],
    registry,
    ...more,
  });
}
const logs = findReport('tenant-logs');
const ofAcme = parseParameters(logs, ['tenant_id=acme'], { window: WINDOW });

describe.skipIf('missing' in trino)('lines on a real Trino', () => {
  beforeAll(() => writeHandMadeLinesLake(join(root, 'lines-template')));

  it('are those of objects that are there, and the answer says that others are gone', async () => {
    rmSync(join(copy('lines-gone'), ROWS));
    const engines = await open('lines-gone');
    const answer = await answerOf(engines.trino, logs, ofAcme);
    expect(answer).toStrictEqual(await answerOf(engines.duckdb, logs, ofAcme));
    expect(answer.warnings.join('\n')).toMatch(/1 booked objects are no longer in the lake/);
    expect(answer.rows.length).toBeGreaterThan(10);
    // The whole partition, too.
    rmSync(join(root, 'lines-gone', LAKE.events, 'tenant_id=acme'), { recursive: true });
    const without = await open('lines-gone');
    expect((await answerOf(without.trino, logs, ofAcme)).rows).toEqual([]);
    await engines.close();
    await without.close();
  });

  it('answer the command line as the embedded engine does', async () => {
    const lake = copy('lines-cli');
    const window = ['--since', '2026-11-22', '--until', '2026-11-23', '--json'];
    const ask = ['report', 'run', 'tenant-logs', '--lake', lake, '--param', 'tenant_id=acme', ...window];
    const place = ['--trino-url', `${server}/lake`, '--trino-location', 'local:///lines-cli'];
    const answered = await tenantscope([...ask, '--engine', 'trino', ...place]);
    const { code, stdout } = await tenantscope(ask);
    // On stderr stands how far a slow statement was.
    expect(answered.code).toBe(code);
    expect(comparable(answered.stdout)).toEqual(comparable(stdout));
    expect(JSON.parse(answered.stdout).rows.length).toBeGreaterThan(10);
  });

  it('are refused from a copy that lags behind, for the tenants it concerns only', async () => {
    copy('lines-ahead');
    rmSync(join(copy('lines-behind'), ROWS));
    const engines = await open('lines-ahead', { location: 'local:///lines-behind' });
    const of = (tenant: string) =>
      `select count(*) as lines from events where tenant_id = '${tenant}' and dt = '2026-11-22'`;
    await expect(engines.trino.query(of('acme'))).rejects.toThrow(
      /^tenant acme, 2026-11-22 under local:\/\/\/lines-behind: Trino does not see this lake: expected \d+ lines, got \d+/,
    );
    expect(await expectEqualAnswers(engines, of('globex'))).toBe(1);
    await engines.close();
  });

  it('are read by lists laid into the staging, which are gone afterwards', async () => {
    const lists = join(copy('lines-listed'), LAKE.staging, 'trino-lists');
    const engines = await open('lines-listed', { longestInline: 0 });
    await expectEqualAnswers(engines, `select event_id from events where ${ACME} order by event_id`);
    await expectEqualAnswers(engines, `select event_id from events where ${ACME} order by event_id`);
    expect(
      readdirSync(lists)
        .map((name) => name.replace(/-[0-9a-f-]{36}/, ''))
        .sort(),
    ).toEqual(['events', 'heartbeats', 'lines', 'sources', 'usage'].map((name) => `${name}.parquet`));
    await engines.close();
    expect(readdirSync(lists)).toEqual([]);
  });

  it('need their tenants named, no more of them than the catalogue allows, in a statement no longer than the server allows', async () => {
    copy('lines-limits');
    const engines = await open('lines-limits');
    const named = (count: number) => Array.from({ length: count }, (_, index) => `'t${index}'`).join(', ');
    await expect(engines.trino.query('select count(*) from events')).rejects.toThrow(
      /hive\.domain-compaction-threshold/,
    );
    await expectEqualAnswers(
      engines,
      `select count(*) as lines from events where dt = '2026-11-22' and tenant_id in (${named(2000)})`,
    );
    await expect(
      engines.trino.query(`select count(*) as lines from events where tenant_id in (${named(2001)})`),
    ).rejects.toThrow(/hive\.domain-compaction-threshold/);
    await expect(engines.trino.query(`select '${'x'.repeat(1_000_000)}'`)).rejects.toThrow(/query\.max-length/);
    await engines.close();
  });

  it('lie in a table with the projection that Glue and Athena are given', async () => {
    copy('lines-table');
    const engines = await open('lines-table');
    await engines.trino.query(`select count(*) as lines from events where ${ACME}`);
    await engines.close();
    const metastore = join(root, '.staging/trino');
    const stored = readdirSync(metastore)
      .map((schema) => join(metastore, schema, 'events/.trinoSchema'))
      .filter((file) => existsSync(file))
      .map((file) => JSON.parse(readFileSync(file, 'utf8')))
      .find(({ externalLocation }) => externalLocation === 'local:///lines-table/events');
    const years = HAND_MADE_OBJECTS.map(({ dt }) => dt.slice(0, 4)).sort();
    const table = eventTable('local:///lines-table/events', [`${years[0]}-01-01`, `${years.at(-1)}-12-31`]);
    // Athena writes units in capitals; classification is for Glue's crawlers.
    const { classification: _, ...properties } = hiveProperties(table);
    expect(stored.parameters).toMatchObject({ ...properties, 'projection.dt.interval.unit': 'days' });
  });
});

describe.skipIf('missing' in trino)('the quarantine on a real Trino', () => {
  const ALL = 'select dt, reason, bytes from quarantine order by dt, reason, bytes';
  const write = (name: string, text: string, records: number): void => {
    const lake = copy(name);
    const path = `${LAKE.errors}/processing-failed/2026/11/22/11/more`;
    mkdirSync(dirname(join(lake, path)), { recursive: true });
    writeFileSync(join(lake, path), text);
    deliverObjects(lake, { objects: [], errors: [{ path, records }] });
  };

  it('reads a record as long as a stream takes, and many of them in one object', async () => {
    const rawData = Buffer.alloc(10_485_760, 'x').toString('base64');
    const line = JSON.stringify({ arrivalTimestamp: WINDOW.start, errorMessage: 'x: too_large', rawData });
    write('errors-long', Array.from({ length: 6 }, () => line).join('\n'), 6);
    const engines = await open('errors-long');
    expect(await expectEqualAnswers(engines, ALL)).toBeGreaterThan(6);
    await engines.close();
  });

  it.each([
    ['a line that is no JSON', 'not json'],
    ['a line cut short', '{"arrivalTimestamp": 1, "rawData": "AA'],
    ['a record that is no base64', '{"arrivalTimestamp": 1, "rawData": "?"}'],
  ])('refuses %s, as DuckDB does', async (name, text) => {
    const lake = `errors-${name.replaceAll(' ', '-')}`;
    write(lake, `${text}\n`, 1);
    const engines = await open(lake);
    await expect(engines.duckdb.query(ALL)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await expect(engines.trino.query(ALL)).rejects.toMatchObject({ code: 'ENGINE_UNAVAILABLE' });
    await engines.close();
  });
});
