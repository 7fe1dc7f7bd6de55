import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { buildLedger, openDuckDb } from '../../queries/index.js';
import { answer } from './fixtureEngine.js';

const root = mkdtempSync(join(tmpdir(), 'event-views-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

it('shows lines, their usage and the quarantine of a lake, and says when booked objects are gone', async () => {
  const registry = buildRegistry({ tenants: [tenantSchema.parse({ id: 'acme', namespaces: ['tenant-acme'] })] });
  const line = (log: string, offset: number, namespace = 'tenant-acme'): string =>
    JSON.stringify({
      time: '2026-11-20T10:00:00Z',
      log,
      tenant_id: 'acme',
      namespace,
      pod: 'p',
      container: 'c',
      file: 'f',
      offset,
    });
  const input = join(root, 'input');
  const lake = join(root, 'lake');
  mkdirSync(input);
  const lines = [line('one', 1), line('one', 1), line('two', 2), line('stolen', 3, 'tenant-globex'), 'nothing'];
  writeFileSync(join(input, 'a.ndjson'), `${lines.join('\n')}\n`);
  const base = { lake, memoryMb: 256, threads: 1, clock: () => Date.parse('2026-11-20T12:00:00Z') };
  await runDelivery({ ...base, inputs: [input], registry, trust: 'namespace', platformStream: 'p', stream: 's' });
  await buildLedger(base);
  const open = () => openDuckDb({ ...base, listPrices: [], registry });
  const day = { since: '2026-11-20T00:00:00Z', until: '2026-11-21T00:00:00Z' };

  const engine = await open();
  const logs = await answer(engine, 'tenant-logs', { ...day, params: ['tenant_id=acme'] });
  expect(logs.rows.map((row) => row.split('|')[5]).sort()).toEqual(['one', 'two']);
  expect(logs.warnings.filter((text) => /lines|objects/.test(text))).toEqual([]);
  const usage = await engine.query(
    "select emitter, dt, tenant_id, meter, count(distinct event_id) from event_usage where service = 'Pipeline' group by all order by all",
  );
  expect(usage.rows.map((row) => row.join('|'))).toEqual([
    'acme|2026-11-20|acme|log_bytes|2',
    'acme|2026-11-20|acme|log_events|2',
  ]);
  expect((await answer(engine, 'quarantine', day)).rows.map((row) => row.split('|').slice(0, 2).join('|'))).toEqual([
    'identity_mismatch|1',
    'undecodable|1',
  ]);
  await engine.close();

  rmSync(join(lake, 'events', 'tenant_id=acme'), { recursive: true });
  const without = await open();
  const gone = await answer(without, 'tenant-logs', { ...day, params: ['tenant_id=acme'] });
  expect(gone.rows).toEqual([]);
  expect(gone.warnings.join('\n')).toMatch(/1 booked objects are no longer in the lake: their lines are not shown/);
  expect((await answer(without, 'pipeline-cost', day)).warnings.join('\n')).not.toMatch(/no longer in the lake/);
  await without.close();
});
