import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { ledgerSource } from '../../alerts/job/ledgerSource.js';
import type { UsageSource } from '../../alerts/job/UsageSource.js';
import { buildRegistry, DAY_MS, DEFAULT_LIST_PRICES, HOUR_MS } from '../../model/index.js';
import { tenantscopeOk } from '../e2e/tenantscope.js';
import { type Engines, openEngines } from './compareEngines.js';

const trino = inject('trino');
const END = Date.parse('2026-11-24T00:00:00Z');
const DETAILED = { start: END - 3 * HOUR_MS, end: END };

describe.skipIf('missing' in trino)('what the alerting job reads', () => {
  let engines: Engines;
  beforeAll(async () => {
    if ('missing' in trino) return;
    const root = join(trino.root, 'alerts-source');
    const [sim, lake] = [join(root, 'sim'), join(root, 'lake')];
    const small = ['--tenants', '4', '--hours', '3', '--history', '24h', '--end', '2026-11-24T00:00Z'];
    await tenantscopeOk(['simulate', '--scenario', 'throttled', ...small, '--out', sim]);
    const config = ['--config', join(sim, 'tenantscope.yaml'), '--lake', lake];
    await tenantscopeOk(['run', '--input', join(sim, 'records'), ...config]);
    await tenantscopeOk(['ledger', 'build', ...config]);
    engines = await openEngines(trino.server, {
      lake,
      location: 'local:///alerts-source/lake',
      listPrices: DEFAULT_LIST_PRICES,
      registry: buildRegistry({ tenants: [] }),
    });
  });
  afterAll(() => engines?.close());

  const sources = () => ({ duckdb: ledgerSource(engines.duckdb), trino: ledgerSource(engines.trino) });

  it('of hours, and how far they go, is the same on Trino', async () => {
    const { duckdb, trino: other } = sources();
    // Nothing has arrived at the end itself, so the last hour may lack something.
    expect([await duckdb.through(), await other.through()]).toEqual([END - HOUR_MS, END - HOUR_MS]);
    const read = async (source: UsageSource) => {
      const { services, ...rest } = await source.hours({ start: END - DAY_MS, end: END }, DEFAULT_LIST_PRICES);
      const hours = services.map((one) => [...one.hours].map(([hour, tenants]) => [hour, [...tenants]]));
      return { ...rest, services: services.map(({ hours: _, ...one }) => one), hours };
    };
    const hours = await read(duckdb);
    expect(hours.hours.flat().length).toBeGreaterThan(24);
    expect(hours.throttled.length).toBeGreaterThan(0);
    expect(await read(other)).toEqual(hours);
    expect(await other.completeness(DETAILED)).toEqual(await duckdb.completeness(DETAILED));
  });

  it('of five minutes is the same on Trino', async () => {
    const { duckdb, trino: other } = sources();
    const recent = await duckdb.recent();
    expect(recent?.usage.length).toBeGreaterThan(100);
    expect(new Set(recent?.usage.map(({ event_hour }) => event_hour % HOUR_MS)).size).toBe(12);
    expect(await other.recent()).toEqual(recent);
  });

  it('of what makes up an excess is the same on Trino', async () => {
    const { duckdb, trino: other } = sources();
    for (const tenant of ['acme', "o'neil"]) {
      const parts = await duckdb.parts(tenant, 'DynamoDB', DETAILED, 7);
      expect(parts.length > 0).toBe(tenant === 'acme');
      expect(await other.parts(tenant, 'DynamoDB', DETAILED, 7)).toEqual(parts);
    }
  });
});
