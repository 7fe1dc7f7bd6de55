import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, inject, it } from 'vitest';
import { erasurePorts } from '../../ingest/index.js';
import type { UtcDay } from '../../model/index.js';
import { prefixCut, prefixView } from '../../queries/engines/prefixView.js';
import { lakePath, lakeTables } from '../../queries/engines/trino/lakeTables.js';
import { TrinoClient } from '../../queries/engines/trino/TrinoClient.js';
import { compactLake, eraseTenant, retainLake, TenantNames } from '../../queries/index.js';
import { listFiles } from '../../queries/lake/listFiles.js';
import { readObjectIndex } from '../../queries/lake/readObjectIndex.js';
import { readLog } from '../../queries/ledger/ledgerLog.js';
import { cutOf } from '../../queries/maintenance/compaction/compactionLog.js';
import { ask, book, deliver, limits, lock, registry } from '../queries/maintenance/lakes.js';
import { expectEqualAnswers, openEngines, viewRows } from './compareEngines.js';

const trino = inject('trino');
const { server, root } = 'missing' in trino ? { server: '', root: '' } : trino;
const lake = join(root, 'maintained');
const location = 'local:///maintained';
const at = (day: number, hour = 12): string => `2026-11-${String(day).padStart(2, '0')}T${hour}:00:00Z`;

/** Both engines show the same of every view. */
async function expectEqualViews(): Promise<void> {
  const engines = await openEngines(server, { lake, location, listPrices: [], registry });
  for (const view of ['ledger', 'booked_events', 'events', 'event_usage', 'quarantine'])
    expect(await viewRows(engines, 'trino', view), view).toEqual(await viewRows(engines, 'duckdb', view));
  expect(await engines.trino.eventGaps?.()).toEqual(await engines.duckdb.eventGaps?.());
  await expectEqualAnswers(engines, 'select count(*) as n from booked_events');
  await engines.close();
}

/** The view over two prefixes, on Trino, against what the named files hold. */
async function expectEqualPrefixes(): Promise<string> {
  const log = await readLog(lake);
  const files = [...(await listFiles(lake, 'events')), ...(await listFiles(lake, 'events_compacted'))];
  const tables = lakeTables('lake', location, ['2026-01-01', '2026-12-31']);
  const view = prefixView(prefixCut(cutOf(log), await readObjectIndex(lake, log), files), {
    events: tables.lines.name,
    compacted: tables.compactedLines.name,
    path: '"$path"',
    place: (object) => lakePath(location, object),
    columns: 'tenant_id, dt, event_id, body',
  });
  const client = new TrinoClient({ server, user: 'test', fetch: globalThis.fetch, clock: Date.now, sleep });
  for (const statement of [tables.createSchema, tables.lines.create, tables.compactedLines.create])
    await client.run(statement);
  const tenants = "tenant_id in ('acme', 'globex', 'zebra-co')";
  const answer = await client.run(
    `select tenant_id, dt, event_id, body from (${view}) where ${tenants} order by 1, 2, 3, 4`,
  );
  expect(answer.rows.map((row) => row.map(String).join('|'))).toEqual(
    await ask(lake, `select tenant_id, dt, event_id, body from events where ${tenants} order by all`),
  );
  return view;
}

describe.skipIf('missing' in trino)('a maintained lake on a real Trino', () => {
  it('shows what the embedded engine shows, after each of compaction, late lines, retention and erasure', async () => {
    const tenants = ['acme', 'globex', 'zebra-co'];
    for (const [day, hour] of [
      [2, 10],
      [2, 11],
      [3, 10],
      [3, 11],
      [4, 10],
    ] as const) {
      await deliver(
        lake,
        at(day, hour),
        tenants.map((tenant) => ({ tenant, offset: day * 100 + hour, time: at(day, hour) })),
      );
      await book(lake, at(day, hour));
    }
    await book(lake, at(5));
    const work = { ...limits, lake, lock, dryRun: false };
    const compaction = { before: '2026-11-04' as UtcDay, targetBytes: 2 ** 27, wholeDates: false, graceMs: 86_400_000 };
    const compact = (now: string) => compactLake({ ...work, ...compaction, clock: () => Date.parse(now) });
    expect((await compact(at(5))).partitions).toBe(6);
    await expectEqualViews();
    expect(await expectEqualPrefixes()).toContain("dt < '2026-11-04'");
    await deliver(lake, at(3, 15), [{ tenant: 'acme', offset: 1, time: at(3, 14) }]);
    await book(lake, at(6));
    await expectEqualPrefixes();
    await compact(at(7));
    await expectEqualViews();
    await expectEqualPrefixes();
    await compact(at(9));
    await expectEqualViews();
    await expectEqualPrefixes();
    await retainLake({ ...work, clock: () => Date.parse(at(13)), daysOf: () => 10, errorsDays: 10 });
    await expectEqualViews();
    await eraseTenant({
      ...work,
      tenant: new TenantNames('zebra-co', ['tenant-zebra-co'], registry.tenants.keys()),
      clock: () => Date.parse(at(14)),
      ports: erasurePorts,
      stores: [],
      exports: [],
      exportsDays: 3653,
      signingKey: undefined,
      reference: undefined,
      version: 'test',
    });
    await expectEqualViews();
    // What still comes in its name, of its own and of a shared service.
    const late = { time: at(15), offset: 1 };
    const metering = { v: 1, service: 'DynamoDB', operation: 'GetItem', tenant_id: 'zebra-co' };
    const log = JSON.stringify({ metering: { ...metering, usage: [{ resource: 'zebra-co-orders', read_units: 3 }] } });
    await deliver(lake, at(15, 13), [
      { tenant: 'zebra-co', ...late },
      { tenant: 'acme', ...late },
    ]);
    await deliver(lake, at(15, 14), [{ tenant: '_shared', ...late, log }]);
    await book(lake, at(15, 15));
    await expectEqualViews();
    const engines = await openEngines(server, { lake, location, listPrices: [], registry });
    const consumers = `select tenant_id, resource, quantity_micros from event_usage where emitter = '_shared' and dt = '2026-11-15'
      and service = 'DynamoDB' and meter = 'read_units'`;
    expect(await expectEqualAnswers(engines, consumers)).toBe(1);
    expect((await engines.trino.query(consumers)).rows).toEqual([['_erased', '', 3_000_000n]]);
    await engines.close();
  });
});
