import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope } from './tenantscope.js';

const folder = temporaryFolder();
const show = (args: readonly string[], env: Record<string, string> = {}) =>
  tenantscope(['config', 'show', ...args], { cwd: folder.path, env });

beforeAll(() => {
  const tenants = Array.from({ length: 20 }, (_, index) => `  - { id: tenant-${index}, namespaces: [n${index}] }`);
  writeFileSync(join(folder.path, 'tenantscope.yaml'), `lake: ./mine\ntenants:\n${tenants.join('\n')}\n`);
});
afterAll(() => folder.remove());

describe('config show', () => {
  it('prints what is in force, where it came from, and long lists as their number', async () => {
    const { code, stdout, stderr } = await show([], { TENANTSCOPE_MEMORY_MB: '700' });
    expect(code).toBe(0);
    expect(stderr).toBe('project file: tenantscope.yaml\n');
    expect(stdout).toMatch(/^lake +\.\/mine {2}\(tenantscope\.yaml:1\)$/m);
    expect(stdout).toMatch(/^engine\.memory_mb +700 {2}\(environment TENANTSCOPE_MEMORY_MB\)$/m);
    expect(stdout).toMatch(/^tenants\[\] +20 entries {2}\(tenantscope\.yaml:3\)$/m);
    expect(stdout).toMatch(/^engine\.threads +2 {2}\(default\)$/m);
  });

  it('prints one part of it in full, and as JSON', async () => {
    const { stdout } = await show(['tenants', '--json']);
    const { file, settings } = jsonOf(stdout);
    expect(file).toBe('tenantscope.yaml');
    expect(settings.filter(({ key }: { key: string }) => key.endsWith('.id'))).toHaveLength(20);
    expect(settings[0]).toEqual({
      key: 'tenants[0].id',
      value: 'tenant-0',
      origin: { from: 'file', file: 'tenantscope.yaml', line: 3 },
    });
  });

  it('answers a key that is not set with the nearest', async () => {
    const { code, stderr } = await show(['engin']);
    expect(code).toBe(65);
    expect(stderr).toContain('did you mean engine?');
  });
});
