import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import type { UtcDay } from '../../model/index.js';
import { athenaTables } from '../../queries/engines/athena/athenaTables.js';
import { openAthenaLake } from '../../queries/engines/athena/openAthenaLake.js';
import { compactLake } from '../../queries/index.js';
import { temporaryFolder } from '../e2e/tenantscope.js';
import { ask, book, deliver, limits, lock, registry } from '../queries/maintenance/lakes.js';
import { createWorkgroup, type Workgroup } from './athenaOnMiniStack.js';
import { deployLake } from './deployLake.js';

const miniStack = inject('miniStack');

describe.skipIf('missing' in miniStack)('lines of a compacted lake on Athena', () => {
  const folder = temporaryFolder();
  const lake = join(folder.path, 'lake');
  let workgroup: Workgroup;
  beforeAll(async () => {
    if ('missing' in miniStack) return;
    workgroup = await createWorkgroup(miniStack, 'compacted');
    for (const [day, hour] of [
      ['21', '10'],
      ['21', '11'],
      ['22', '10'],
      ['22', '11'],
      ['23', '10'],
    ]) {
      const time = `2026-11-${day}T${hour}:00:00Z`;
      await deliver(lake, time, [{ tenant: 'acme', offset: Number(day) * 100 + Number(hour), time }]);
      await book(lake, time);
    }
    await compactLake({
      ...limits,
      lake,
      lock,
      clock: () => Date.parse('2026-11-25T08:00:00Z'),
      before: '2026-11-23' as UtcDay,
      targetBytes: 128 * 1024 * 1024,
      wholeDates: true,
      graceMs: 86_400_000,
      dryRun: false,
    });
    await deployLake(miniStack.endpoint, workgroup, lake, 'compacted');
  });
  afterAll(() => {
    workgroup.close();
    folder.remove();
  });

  const open = () =>
    openAthenaLake({ tables: athenaTables('compacted'), workgroup: 'compacted', listPrices: [], registry });

  it('are each there once, although the objects they came in still lie in the lake', async () => {
    const sql = `select dt, event_id, body from events where tenant_id = 'acme' and dt >= '2026-11-20' order by dt, event_id`;
    const engine = open();
    const { rows } = await engine.query(sql);
    expect(rows.map((row) => row.map(String).join('|'))).toEqual(await ask(lake, sql));
    expect(rows).toHaveLength(5);
    await engine.close();
  });

  it('are estimated by the objects they are read from', async () => {
    const engine = open();
    const dates = { first: '2026-11-20', last: '2026-11-30' };
    const files = (await engine.files?.([{ view: 'events', columns: [], tenants: ['acme'], dates }])) ?? [];
    const folders = files.map(({ path }) => path.split('/').slice(3, 6).join('/'));
    expect(folders.sort()).toEqual([
      'events/tenant_id=acme/dt=2026-11-23',
      'events_compacted/tenant_id=acme/dt=2026-11-21',
      'events_compacted/tenant_id=acme/dt=2026-11-22',
    ]);
    await engine.close();
  });
});
