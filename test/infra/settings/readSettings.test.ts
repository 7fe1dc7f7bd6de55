import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readSettings } from '../../../infra/settings/readSettings.js';
import { utcDaySchema } from '../../../model/index.js';

const root = mkdtempSync(join(tmpdir(), 'settings-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));
const TODAY = utcDaySchema.parse('2026-11-27');
const read = (deployment: string, config = '') => {
  const files = { deployment: join(root, 'deployment.yaml'), config: join(root, 'tenantscope.yaml') };
  writeFileSync(files.deployment, deployment);
  writeFileSync(files.config, config);
  return readSettings(files, TODAY);
};

describe('the settings of a deployment', () => {
  it('have defaults for all of it, with and without files', () => {
    const none = readSettings({ deployment: join(root, 'none.yaml'), config: join(root, 'none.yml') }, TODAY);
    expect(none.deployment).toMatchObject({ prefix: 'tenantscope', stream: { retention_hours: 72 } });
    expect(none.configText).toBe('');
    expect(read('')).toEqual(none);
  });

  it('name every mistake at its place, and the nearest known key', () => {
    expect(() => read('prefix: Tenantscope\nstream: { retention_hours: 24 }\ndelivry: {}\n')).toThrow(
      /3 problems in .*deployment\.yaml:1:9: prefix: expected lower case.*deployment\.yaml:2:28: stream\.retention_hours: expected.*72.*got 24.*deployment\.yaml:3:1: expected a known key \(did you mean delivery\?\)/s,
    );
    expect(() => read('', 'tenats: []\n')).toThrow(/tenantscope\.yaml:1:1: .*did you mean tenants/);
  });
});
