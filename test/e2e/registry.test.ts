import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { tenantscope } from './tenantscope.js';

const folder = mkdtempSync(join(tmpdir(), 'tenantscope-registry-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const path = (name: string): string => join(folder, name);

writeFileSync(path('tenants.yaml'), 'tenants:\n  - { id: acme, namespaces: [tenant-acme] }\n');
writeFileSync(
  path('bad.yaml'),
  'tenants:\n  - { id: acme, namespaces: [tenant-acme] }\n  - { id: acme, namespaces: [x] }\n',
);
writeFileSync(path('tenantscope.yaml'), `registry: { from: ${path('tenants.yaml')} }\n`);
writeFileSync(path('broken.yaml'), `registry: { from: ${path('bad.yaml')} }\n`);
writeFileSync(path('missing.yaml'), `registry: { from: ${path('nowhere.yaml')} }\n`);
const line = { tenant_id: 'acme', namespace: 'tenant-acme', time: '2026-11-24T10:00:00Z', log: 'hello' };
writeFileSync(path('lines.ndjson'), `${JSON.stringify(line)}\n`);

describe('a registry outside tenantscope.yaml', () => {
  it('is what lines are judged by', async () => {
    const ran = await tenantscope([
      'run',
      '--config',
      path('tenantscope.yaml'),
      '--input',
      path('lines.ndjson'),
      '--lake',
      path('lake'),
      '--json',
    ]);
    expect(ran.stderr).not.toContain('no tenant is registered');
    const summary = JSON.parse(ran.stdout) as { outcomes: object; lines: object };
    expect(summary.outcomes).toMatchObject({ accepted: 1, quarantined: {} });
    expect(Object.keys(summary.lines).join()).toMatch(/^tenant_id=acme\/dt=/);
  });

  it('is checked like the file itself: its problems name its file and line', async () => {
    for (const verb of [
      ['vet', path('broken.yaml')],
      ['run', '--config', path('broken.yaml'), '--input', path('lines.ndjson')],
    ]) {
      const ran = await tenantscope(verb);
      expect(ran.code).toBe(78);
      expect(ran.stderr).toContain(`${path('bad.yaml')}:3:`);
    }
  });

  it('that is missing is named, and says where it was named', async () => {
    const ran = await tenantscope(['run', '--config', path('missing.yaml'), '--input', path('lines.ndjson')]);
    expect(ran.code).toBe(66);
    expect(ran.stderr).toContain('nowhere.yaml');
    expect(ran.stderr).toContain('registry.from');
  });

  it('keeps tenants from being added to the wrong file', async () => {
    const before = readFileSync(path('tenantscope.yaml'), 'utf8');
    const ran = await tenantscope([
      'tenant',
      'add',
      'newco',
      '--namespace',
      'newco',
      '--config',
      path('tenantscope.yaml'),
    ]);
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain('live elsewhere');
    expect(readFileSync(path('tenantscope.yaml'), 'utf8')).toBe(before);
  });
});
