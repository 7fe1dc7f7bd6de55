import { generateKeyPairSync } from 'node:crypto';
import { cpSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ask, filesIn } from '../queries/maintenance/lakes.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const folder = temporaryFolder();
const base = join(folder.path, 'base');
const config = join(folder.path, 'sim-1/tenantscope.yaml');
const at = ['--config', config, '--lake'];
const { privateKey, publicKey } = generateKeyPairSync('ed25519');
const [key, pub] = [join(folder.path, 'key.pem'), join(folder.path, 'pub.pem')];
const GONE = 'bluenote';

beforeAll(async () => {
  for (const seed of ['1', '2', '3']) {
    const out = join(folder.path, `sim-${seed}`);
    const size = ['--tenants', '5', '--hours', '3', '--history', '48h', '--end', '2026-11-10'];
    await tenantscopeOk([
      'simulate',
      '--scenario',
      'pooled',
      ...size,
      '--seed',
      seed,
      '--hostile',
      '--duplicates',
      '0.1',
      '--out',
      out,
    ]);
    await tenantscopeOk(['run', '--input', join(out, 'records'), ...at, base]);
    await tenantscopeOk(['ledger', 'build', ...at, base]);
  }
  writeFileSync(key, privateKey.export({ format: 'pem', type: 'pkcs8' }));
  writeFileSync(pub, publicKey.export({ format: 'pem', type: 'spki' }));
});
afterAll(() => folder.remove());

// Spread over start-up, reading, rewriting, renames and after the end: whatever the machine's speed, the outcome must be
// the same, so the test does not depend on where exactly a kill lands.
const MOMENTS_MS = [250, 500, 700, 900, 1100, 1400, 1800, 2300, 3000, 4000];

const SUMS = 'select service, meter, unit, sum(quantity_micros), sum(events) from ledger group by all order by all';
const LINES = 'select tenant_id, dt, event_id, event_time, arrival_time, body from events order by all';
const checks = async (lake: string): Promise<void> => {
  await tenantscopeOk(['ledger', 'verify', ...at, lake]);
  await tenantscopeOk(['reconcile', ...at, lake]);
};

describe('kill -9', () => {
  it('during lake compact leaves a lake that reads the same at every moment, and the next run finishes', async () => {
    const lake = join(folder.path, 'compacted');
    cpSync(base, lake, { recursive: true });
    const [lines, sums] = [await ask(lake, LINES), await ask(lake, SUMS)];
    const compact = ['lake', 'compact', ...at, lake, '--grace-hours', '0', '--target-mb', '1'];
    for (const killAfterMs of MOMENTS_MS) {
      await tenantscope(compact, { killAfterMs });
      expect(await ask(lake, LINES)).toEqual(lines);
    }
    await checks(lake);
    // Once to finish, once more to remove what that replaced.
    for (let run = 0; run < 2; run += 1) await tenantscopeOk(compact);
    expect(await ask(lake, LINES)).toEqual(lines);
    expect(await ask(lake, SUMS)).toEqual(sums);
    expect(filesIn(lake, 'events_compacted').length).toBeGreaterThan(0);
    expect(filesIn(lake, '.staging').filter((path) => path.includes('compaction'))).toEqual([]);
    await tenantscopeOk(['lake', 'compact', ...at, lake, '--verify']);
    await checks(lake);
    const status = jsonOf(await tenantscopeOk(['lake', 'status', ...at, lake, '--footers', '--json']));
    expect(status.compaction).toMatchObject({ partitions: 0, removable: { files: 0 } });
    expect(status.footers.differing).toEqual([]);
  });

  it('during tenant erase is finished by the same command, and nothing names the tenant any more', async () => {
    const lake = join(folder.path, 'erased');
    cpSync(base, lake, { recursive: true });
    const sums = await ask(lake, SUMS);
    const erase = ['tenant', 'erase', GONE, ...at, lake, '--signing-key', key, '--yes'];
    expect(await tenantscope(erase)).toMatchObject({
      code: 77,
      stderr: expect.stringContaining('the tenant is not offboarded'),
    });
    offboard();
    expect(await tenantscope(erase.slice(0, -1))).toMatchObject({ code: 64 });
    const dry = jsonOf(await tenantscopeOk(['tenant', 'erase', GONE, ...at, lake, '--dry-run', '--json']), {
      dryRun: true,
    });
    expect(dry.events.objects).toBeGreaterThan(5);
    expect(dry.platform.rows).toBeGreaterThan(0);
    for (const killAfterMs of MOMENTS_MS) {
      await tenantscope(erase, { killAfterMs });
      expect(await ask(lake, SUMS)).toEqual(sums);
    }
    await tenantscopeOk(erase);
    expect(await ask(lake, SUMS)).toEqual(sums);
    expect(await ask(lake, `select count(*) from ledger where tenant_id = '${GONE}' or emitter = '${GONE}'`)).toEqual([
      '0',
    ]);
    expect(await ask(lake, `select count(*) from event_usage where tenant_id = '${GONE}'`)).toEqual(['0']);
    expect(await ask(lake, "select count(*) > 0 from ledger where tenant_id = '_erased'")).toEqual(['true']);
    for (const path of filesIn(lake, '.')) {
      expect(path).not.toContain(GONE);
      if (!path.endsWith('.parquet')) expect(readFileSync(join(lake, path), 'latin1'), path).not.toContain(GONE);
    }
    expect(readdirSync(join(lake, 'erasures'))).toHaveLength(2);
    await tenantscopeOk(['tenant', 'erasures', ...at, lake, '--tenant', GONE, '--public-key', pub]);
    await checks(lake);
    // A customer that comes back must not be counted as one that was erased.
    const fresh = join(folder.path, 'fresh.yaml');
    writeFileSync(fresh, `lake: ${lake}\n`);
    const add = ['tenant', 'add', GONE, '--namespace', 'back', '--config', fresh];
    expect(await tenantscope(add)).toMatchObject({ code: 77, stderr: expect.stringContaining('erased from the lake') });
    const again = await tenantscope(erase);
    expect(again).toMatchObject({ code: 0, stderr: expect.stringContaining(`nothing of ${GONE} is left to erase`) });
  });
});

/** Says in the registry that the tenant has left. */
function offboard(): void {
  const text = readFileSync(config, 'utf8');
  writeFileSync(config, text.replace(`{ id: ${GONE},`, `{ id: ${GONE}, status: offboarded,`));
  expect(readFileSync(config, 'utf8')).not.toBe(text);
}
