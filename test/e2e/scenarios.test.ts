import { readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';
import { formatLines, ledgerLines, truthFormatLines, truthLines } from './truth.js';

const folder = temporaryFolder();
afterAll(() => folder.remove());

const BASE = ['--tenants', '6', '--hours', '4', '--history', '48h', '--end', '2026-11-24', '--seed', '11'];
const ROUGH = ['--duplicates', '0.2', '--late', '--hostile'];

describe.each(['quiet', 'noisy-dynamodb', 'pooled'])('scenario %s', (scenario) => {
  it.each([
    ['clean', []],
    ['with duplicates, late and hostile lines', ROUGH],
    ['aggregated, with duplicates, late and hostile lines', ['--aggregate', ...ROUGH]],
    ['in many formats, aggregated and gzipped', ['--formats', '0.8', '--aggregate', '--compress', 'gzip', ...ROUGH]],
  ])('%s: the ledger equals the truth to the unit, and reconcile agrees', async (_name, extra) => {
    const root = join(folder.path, `${scenario}-${extra.length}`);
    const lake = join(root, 'lake');
    await tenantscopeOk(['simulate', '--scenario', scenario, ...BASE, ...extra, '--out', join(root, 'sim')]);
    await tenantscopeOk([
      'run',
      '--config',
      join(root, 'sim/tenantscope.yaml'),
      '--input',
      join(root, 'sim/records'),
      '--lake',
      lake,
    ]);
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);

    const expected = truthLines(join(root, 'sim'));
    expect(expected.length).toBeGreaterThan(100);
    expect(await ledgerLines(lake)).toEqual(expected);
    expect(await formatLines(lake)).toEqual(truthFormatLines(join(root, 'sim')));
    await tenantscopeOk(['reconcile', '--lake', lake]);
  });
});

describe('a lake that lost a file', () => {
  it('fails to reconcile and names the tenant and the day', async () => {
    const root = join(folder.path, 'lost');
    const lake = join(root, 'lake');
    await tenantscopeOk(['simulate', ...BASE, '--out', join(root, 'sim')]);
    await tenantscopeOk([
      'run',
      '--config',
      join(root, 'sim/tenantscope.yaml'),
      '--input',
      join(root, 'sim/records'),
      '--lake',
      lake,
    ]);
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);
    const tenant = readdirSync(join(lake, 'events')).sort()[0] ?? '';
    const day = readdirSync(join(lake, 'events', tenant)).sort()[0] ?? '';
    const file = readdirSync(join(lake, 'events', tenant, day))[0] ?? '';
    rmSync(join(lake, 'events', tenant, day, file));

    const finished = await tenantscope(['reconcile', '--lake', lake]);

    expect(finished.code).toBe(1);
    expect(finished.stdout).toContain(tenant.replace('tenant_id=', ''));
    expect(finished.stdout).toContain(day.replace('dt=', ''));
  });
});

describe('running the same input again', () => {
  it('adds nothing to lake or ledger, today or tomorrow', async () => {
    const root = join(folder.path, 'again');
    const lake = join(root, 'lake');
    const run = [
      'run',
      '--config',
      join(root, 'sim/tenantscope.yaml'),
      '--input',
      join(root, 'sim/records'),
      '--lake',
      lake,
    ];
    await tenantscopeOk(['simulate', '--scenario', 'noisy-dynamodb', ...BASE, '--out', join(root, 'sim')]);
    await tenantscopeOk(run);
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);
    const files = readdirSync(lake, { recursive: true }).sort();
    const ledger = await ledgerLines(lake);

    await tenantscopeOk(run);
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);

    expect(readdirSync(lake, { recursive: true }).sort()).toEqual(files);
    expect(await ledgerLines(lake)).toEqual(ledger);
  });
});
