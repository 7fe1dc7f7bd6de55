import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { tenantscope } from './tenantscope.js';

const cwd = mkdtempSync(join(tmpdir(), 'plan-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

describe('tenantscope plan', () => {
  it('plans for the tenants that are registered', async () => {
    writeFileSync(
      join(cwd, 'tenantscope.yaml'),
      'tenants:\n  - { id: acme }\n  - { id: gone, status: offboarded }\n  - { id: leaving, status: offboarded, effective_until: 2999-01-01 }\n',
    );
    const planned = await tenantscope(['plan', '--json'], { cwd });
    expect(planned.code).toBe(0);
    expect(jsonOf(planned.stdout)).toMatchObject({ workload: { tenants: 2 }, creates: { cells: 1, streams: 2 } });
  });

  it('refuses 300 tenants in one cell, and plans for 10,000', async () => {
    const refused = await tenantscope(['plan', '--tenants', '300', '--cells', '1'], { cwd });
    expect(refused).toMatchObject({ code: 65, stdout: '' });
    expect(refused.stderr).toMatch(/one cell does not hold 300 tenants: expected at most 195/);
    const large = await tenantscope(['plan', '--tenants', '10000'], { cwd });
    expect(large.code).toBe(0);
    expect(large.stdout).toContain('52 cells');
  });

  it('takes prices from a file, and names what is wrong in it', async () => {
    writeFileSync(join(cwd, 'prices.yaml'), 'of: my contract\nkinesis: { gb_inn: 0.05 }\n');
    const wrong = await tenantscope(['plan', '--tenants', '5', '--prices', 'prices.yaml'], { cwd });
    expect(wrong).toMatchObject({ code: 78, stdout: '' });
    expect(wrong.stderr).toMatch(/prices\.yaml:2:12: expected a known key \(did you mean gb_in\?\)/);
    writeFileSync(join(cwd, 'prices.yaml'), 'of: my contract\nkinesis: { gb_in: 0.05 }\n');
    expect((await tenantscope(['plan', '--tenants', '5', '--prices', 'prices.yaml'], { cwd })).stdout).toContain(
      'my contract',
    );
  });

  it('takes how often the jobs run from the project, and what is assumed of them from a file', async () => {
    writeFileSync(join(cwd, 'tenantscope.yaml'), 'tenants:\n  - { id: acme }\nalerts: { every_minutes: 15 }\n');
    writeFileSync(join(cwd, 'measured.yaml'), 'months_kept: 3\n');
    const args = ['plan', '--assume', 'measured.yaml', '--json'];
    const { costs } = jsonOf((await tenantscope(args, { cwd })).stdout);
    expect(costs.assumed).toMatchObject({ every_minutes: 15, months_kept: 3 });
    expect(costs.stages.map(({ stage }: { stage: string }) => stage)).toContain('ledger job');
    writeFileSync(join(cwd, 'measured.yaml'), 'months_kept: -3\n');
    expect((await tenantscope(args, { cwd })).stderr).toMatch(/measured\.yaml:1:14/);
  });

  it('says what it needs', async () => {
    writeFileSync(join(cwd, 'tenantscope.yaml'), '');
    expect((await tenantscope(['plan'], { cwd })).stderr).toMatch(/no tenants to plan for/);
    const wrong = await tenantscope(['plan', '--tenants', '5', '--lines-per-second', '-1'], { cwd });
    expect(wrong).toMatchObject({ code: 64 });
  });
});
