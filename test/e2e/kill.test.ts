import { cpSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';
import { eventLines, ledgerLines } from './truth.js';

const folder = temporaryFolder();
const simulation = join(folder.path, 'sim');
const clean = join(folder.path, 'clean');
const runInto = (lake: string): string[] => [
  'run',
  '--config',
  join(simulation, 'tenantscope.yaml'),
  '--input',
  join(simulation, 'records'),
  '--lake',
  lake,
];

beforeAll(async () => {
  await tenantscopeOk([
    'simulate',
    '--scenario',
    'noisy-dynamodb',
    '--tenants',
    '8',
    '--hours',
    '6',
    '--history',
    '72h',
    '--end',
    '2026-11-24',
    '--duplicates',
    '0.2',
    '--hostile',
    '--out',
    simulation,
  ]);
  await tenantscopeOk(runInto(clean));
  cpSync(clean, join(folder.path, 'unbooked'), { recursive: true });
  await tenantscopeOk(['ledger', 'build', '--lake', clean]);
});
afterAll(() => folder.remove());

// The moments are spread over start-up, transform, conversion, renames and after the end: whatever the machine's speed,
// the outcome must be the same, so the test does not depend on where exactly a kill lands.
const MOMENTS_MS = [150, 300, 500, 700, 900, 1200, 1600, 2200];

describe('kill -9', () => {
  it('during run, then the same again: the same lake and ledger as one clean run', async () => {
    const lake = join(folder.path, 'killed-run');
    for (const killAfterMs of MOMENTS_MS) await tenantscope(runInto(lake), { killAfterMs });
    await tenantscopeOk(runInto(lake));
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);

    expect(await eventLines(lake)).toEqual(await eventLines(clean));
    expect(await ledgerLines(lake)).toEqual(await ledgerLines(clean));
    expect(errorBytes(lake)).toEqual(errorBytes(clean));
    await tenantscopeOk(['reconcile', '--lake', lake]);
  });

  it('during ledger build, then the same again: the same ledger as one clean run', async () => {
    const lake = join(folder.path, 'killed-build');
    cpSync(join(folder.path, 'unbooked'), lake, { recursive: true });
    for (const killAfterMs of MOMENTS_MS.slice(0, 6))
      await tenantscope(['ledger', 'build', '--lake', lake], { killAfterMs });
    await tenantscopeOk(['ledger', 'build', '--lake', lake]);

    expect(await ledgerLines(lake)).toEqual(await ledgerLines(clean));
    await tenantscopeOk(['reconcile', '--lake', lake]);
  });
});

function errorBytes(lake: string): number {
  return readdirSync(join(lake, 'errors'), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .reduce((sum, entry) => sum + statSync(join(entry.parentPath, entry.name)).size, 0);
}
