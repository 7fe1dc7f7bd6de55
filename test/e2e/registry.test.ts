import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
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
  it('is imported from an empty file as one without tenants, which is no defect', async () => {
    writeFileSync(path('empty.yaml'), '');
    const ran = await tenantscope(
      ['tenant', 'import', path('empty.yaml'), '--registry', 'dynamodb://nowhere-registry', '--dry-run'],
      // Nothing listens there: the file was read when that is found out.
      {
        env: {
          AWS_ENDPOINT_URL: 'http://127.0.0.1:1',
          AWS_REGION: 'us-east-1',
          AWS_ACCESS_KEY_ID: 'x',
          AWS_SECRET_ACCESS_KEY: 'x',
          AWS_MAX_ATTEMPTS: '1',
        },
      },
    );
    expect(ran.stderr).toContain('[ENGINE_UNAVAILABLE]');
  });

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
    const summary = jsonOf(ran.stdout) as { outcomes: object; lines: object };
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

  it('is where tenants are added and changed, not the file that names it', async () => {
    const before = readFileSync(path('tenantscope.yaml'), 'utf8');
    const at = ['--config', path('tenantscope.yaml')];
    for (const verb of [
      ['add', 'newco', '--namespace', 'newco'],
      ['change', 'newco', '--name', 'New & Co'],
    ])
      expect((await tenantscope(['tenant', ...verb, ...at])).code).toBe(0);
    expect(readFileSync(path('tenantscope.yaml'), 'utf8')).toBe(before);
    expect(readFileSync(path('tenants.yaml'), 'utf8')).toContain('name: New & Co');
    const listed = await tenantscope(['tenant', 'list', ...at]);
    expect(listed.stdout).toBe('acme\t-\ttenant-acme\tactive\tdefault\nnewco\t-\tnewco\tactive\tdefault\n');
  });

  it('that is a published copy is read, and not changed', async () => {
    const ran = await tenantscope(['tenant', 'suspend', 'acme', '--registry', 's3://bucket/registry.json'], {
      cwd: folder,
    });
    expect(ran.code).toBe(65);
    expect(ran.stderr).toContain('published from');
  });
});

describe('a tenant’s life in tenantscope.yaml', () => {
  it('goes from add to offboard, and each step says what follows', async () => {
    const home = path('life');
    mkdirSync(home);
    writeFileSync(join(home, 'tenantscope.yaml'), '# ours\nplans: [{ id: pro }]\n');
    const verb = async (...args: readonly string[]) => {
      const ran = await tenantscope(['tenant', ...args, '--json'], { cwd: home });
      const dryRun = args.includes('--dry-run');
      return { ...ran, json: ran.code === 0 ? jsonOf(ran.stdout, { dryRun }) : undefined };
    };
    const added = await verb('add', 'acme', '--namespace', 'tenant-acme', '--plan', 'pro', '--from', '2026-11-01');
    expect(added.json).toMatchObject({
      event: 'onboarded',
      before: null,
      after: { id: 'acme', plan: 'pro', effective_from: '2026-11-01' },
      cell: { id: 'default', tenants: 1, holds: 195 },
      follows: expect.arrayContaining([
        expect.stringContaining('sidecar render --tenant acme --stream tenantscope-default'),
      ]),
    });
    const dry = await verb('offboard', 'acme', '--until', '2027-01-01', '--dry-run');
    expect(dry.json).toMatchObject({ event: 'offboarded', before: { status: 'active' } });
    expect((await verb('show', 'acme')).json).toMatchObject({ status: 'active', cell_use: { tenants: 1 } });
    const left = await verb('offboard', 'acme', '--until', '2027-01-01');
    expect(left.json.follows.join()).toContain('tenant erase acme --dry-run');
    expect((await verb('offboard', 'acme')).json).toMatchObject({ event: null });
    expect(readFileSync(join(home, 'tenantscope.yaml'), 'utf8')).toMatch(/^# ours\n/);
    for (const [args, code, said] of [
      [['suspend', 'acmee'], 65, 'did you mean acme'],
      [['change', 'acme', '--plan', 'por'], 65, 'expected a declared plan (pro), got por'],
      [['change', 'acme', '--add-resource', 'table=x'], 64, 'did you mean tables?'],
      [['offboard', 'acme', '--until', 'soon'], 64, 'YYYY-MM-DD'],
      [['move', 'acme'], 64, '--to CELL, or --finish'],
    ] as const) {
      const ran = await verb(...args);
      expect([ran.code, ran.stderr]).toEqual([code, expect.stringContaining(said)]);
    }
  });
});
