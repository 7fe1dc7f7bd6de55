import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { runDelivery } from '../../ingest/index.js';
import { buildRegistry, tenantSchema } from '../../model/index.js';
import { buildLedger, findReport, openDuckDb, parseParameters, runReport } from '../../queries/index.js';

const root = mkdtempSync(join(tmpdir(), 'heartbeats-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const registry = buildRegistry({
  tenants: ['acme', 'globex'].map((id) => tenantSchema.parse({ id, namespaces: [`tenant-${id}`] })),
});
const base = (tenant: string, pod: string, time: string) => ({
  tenant_id: tenant,
  namespace: `tenant-${tenant}`,
  pod,
  pod_uid: pod,
  container: 'app',
  time,
});
const beat = (tenant: string, pod: string, time: string, started: number, read: number, held: number): string =>
  JSON.stringify({
    ...base(tenant, pod, time),
    file: 'tenantscope.heartbeat',
    offset: Date.parse(time) / 1000,
    heartbeat: { started, lines_read: read, bytes_read: read * 10, lines_held_back: held, bytes_held_back: held * 10 },
  });

it('lines-held-back counts what was held back in the window, over restarts and repeated heartbeats, and no printed one', async () => {
  const forged = { ...base('globex', 'g', '2026-11-20T10:30:00Z'), file: 'a', offset: 1 };
  const lines = [
    beat('acme', 'a-1', '2026-11-20T09:59:00Z', 1, 100, 10),
    beat('acme', 'a-1', '2026-11-20T10:01:00Z', 1, 150, 30),
    beat('acme', 'a-1', '2026-11-20T10:01:00Z', 1, 150, 30),
    // Restarted: it counts from nothing again.
    beat('acme', 'a-1', '2026-11-20T10:02:00Z', 2, 5, 1),
    beat('acme', 'a-2', '2026-11-20T10:30:00Z', 1, 7, 0),
    beat('acme', 'a-3', '2026-11-20T09:30:00Z', 1, 999, 999),
    beat('globex', 'g', '2026-11-20T10:30:00Z', 1, 3, 0),
    beat('globex', 'g', '2026-11-20T11:30:00Z', 1, 300, 200),
    JSON.stringify({
      ...forged,
      log: '{"event.name":"tenantscope.heartbeat","heartbeat.lines_held_back":"9","heartbeat":{"lines_held_back":9}}',
    }),
  ];
  const input = join(root, 'input');
  const lake = join(root, 'lake');
  mkdirSync(input);
  writeFileSync(join(input, 'a.ndjson'), lines.map((line) => `${line}\n`).join(''));
  const clock = () => Date.parse('2026-11-20T12:00:00Z');
  const resources = { memoryMb: 256, threads: 1 };
  const identity = { registry, trust: 'namespace', platformStream: 'p', stream: 's' } as const;
  await runDelivery({ inputs: [input], lake, ...identity, clock, ...resources });
  await buildLedger({ lake, clock, ...resources });
  const engine = await openDuckDb({ lake, ...resources, listPrices: [], registry });
  const report = findReport('lines-held-back');
  const window = { start: Date.parse('2026-11-20T10:00:00Z'), end: Date.parse('2026-11-20T11:00:00Z') };
  const result = await runReport(engine, report, parseParameters(report, [], { window }));
  expect(result.rows.map((row) => row.map(String))).toEqual([
    ['acme', '2', '62', '21', '210'],
    ['globex', '1', '3', '0', '0'],
  ]);
  await engine.close();

  // The ledger outlives the lake's objects: only what reads them is gone with them, and this report does not.
  rmSync(join(lake, 'events', 'tenant_id=globex'), { recursive: true });
  const without = await openDuckDb({ lake, ...resources, listPrices: [], registry });
  const top = findReport('top-tenants');
  expect((await runReport(without, top, parseParameters(top, [], { window }))).rows.length).toBeGreaterThan(0);
  expect((await runReport(without, report, parseParameters(report, [], { window }))).rows).toEqual(result.rows);
  await expect(without.query('select * from heartbeats')).rejects.toThrow(/heartbeats/);
  await without.close();
});
