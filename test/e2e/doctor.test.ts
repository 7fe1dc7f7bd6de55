import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import type { Check } from '../../cli/doctor/Check.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope } from './tenantscope.js';

let folder = temporaryFolder();
const file = (name: string, text: string): void => {
  mkdirSync(join(folder.path, name, '..'), { recursive: true });
  writeFileSync(join(folder.path, name), text);
};

async function doctor(): Promise<{
  readonly code: number | null;
  readonly check: (name: string) => Check | undefined;
}> {
  const { code, stdout } = await tenantscope(['doctor', '--json'], { cwd: folder.path });
  const checks: readonly Check[] = jsonOf(stdout).checks;
  return { code, check: (name) => checks.find((one) => one.name === name) };
}

afterEach(() => {
  folder.remove();
  folder = temporaryFolder();
});

describe('doctor', () => {
  it('finds nothing wrong in an empty folder, and says what comes next', async () => {
    const { code, check } = await doctor();
    expect(code).toBe(0);
    expect(check('engine')).toMatchObject({ state: 'ok', found: expect.stringContaining('DuckDB v') });
    expect(check('project file')).toMatchObject({ state: 'warning', mend: 'tenantscope init writes one' });
    expect(check('lake')).toMatchObject({ state: 'warning' });
  });

  it('says what is wrong with a project file and looks at the rest all the same', async () => {
    file('tenantscope.yaml', 'lakee: ./x\n');
    const { code, check } = await doctor();
    expect(code).toBe(1);
    expect(check('project file')).toMatchObject({ state: 'wrong', mend: expect.stringContaining('tenantscope vet') });
    expect(check('engine')?.state).toBe('ok');
  });

  it('does not count the tenants of a registry that it cannot read', async () => {
    file('tenantscope.yaml', 'registry: { from: ./missing.yaml }\n');
    const { code, check } = await doctor();
    expect(code).toBe(1);
    expect(check('project file')).toMatchObject({ state: 'wrong', found: expect.stringContaining('./missing.yaml') });
    expect(check('registry')).toMatchObject({ state: 'skipped' });
  });

  it('says that a folder is no lake, and that files of one are not booked', async () => {
    file('lake/notes.txt', 'not a lake');
    const { code, check } = await doctor();
    expect(code).toBe(1);
    expect(check('lake')?.state).toBe('wrong');
  });

  it('counts the tenants of the registry, and says which limit they come near', async () => {
    file('tenantscope.yaml', 'tenants:\n  - { id: acme, namespaces: [tenant-acme] }\n');
    expect((await doctor()).check('registry')).toMatchObject({ state: 'ok', found: '1 tenant' });
    expect((await doctor()).check('quotas')?.found).toMatch(/^nearest: .* % of /);
    // A cell's own quota counts, as for `tenantscope quota`.
    file('deployment.yaml', 'cells: [{ id: default, partition_quota: 15 }]\n');
    expect((await doctor()).check('quotas')).toMatchObject({
      state: 'warning',
      found: expect.stringMatching(/^nearest: active partitions.* % of 15 partitions$/),
    });
  });
});

describe('doctor on a lake', () => {
  it('says that lines are in no ledger yet, until they are', async () => {
    const at = { cwd: folder.path };
    const sim = ['simulate', '--out', 'sim', '--tenants', '3', '--hours', '1', '--history', '0', '-q'];
    expect((await tenantscope(sim, at)).code).toBe(0);
    const delivered = await tenantscope(
      ['run', '--input', 'sim/records', '--config', 'sim/tenantscope.yaml', '-q'],
      at,
    );
    expect(delivered.code).toBe(0);
    expect((await doctor()).check('lake')).toMatchObject({
      state: 'warning',
      mend: expect.stringContaining('tenantscope ledger build'),
    });
    expect((await tenantscope(['ledger', 'build', '-q'], at)).code).toBe(0);
    expect((await doctor()).check('lake')).toMatchObject({ state: 'ok' });
  });
});
