import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { jsonOf } from './jsonOf.js';
import { tenantscope } from './tenantscope.js';

const cwd = mkdtempSync(join(tmpdir(), 'quota-'));
afterAll(() => rmSync(cwd, { recursive: true, force: true }));

interface Answer {
  readonly tenants: number;
  readonly cells: number;
  readonly measured: { readonly start: string } | null;
  readonly limits: readonly {
    readonly name: string;
    readonly used: number;
    readonly quota: number;
    readonly tenants: readonly { readonly tenant_id: string }[];
  }[];
  readonly unknown: readonly string[];
  readonly metered: readonly { readonly quota: string; readonly total_share: string }[];
}

async function answer(...args: readonly string[]): Promise<Answer> {
  const finished = await tenantscope(['quota', '--json', ...args], { cwd });
  expect(finished).toMatchObject({ code: 0, stderr: '' });
  return jsonOf(finished.stdout) as Answer;
}

const lines = Array.from({ length: 60 }, (_, offset) =>
  JSON.stringify({
    time: '2026-11-20T09:30:00Z',
    log: 'x'.repeat(offset < 40 ? 1000 : 100),
    tenant_id: offset < 40 ? 'acme' : 'globex',
    namespace: offset < 40 ? 'acme' : 'globex',
    pod: 'p',
    file: 'f',
    offset,
  }),
);

describe('tenantscope quota', () => {
  it('goes by registry and deployment where there is no ledger, and says what it does not know', async () => {
    writeFileSync(
      join(cwd, 'tenantscope.yaml'),
      'tenants:\n  - { id: acme, namespaces: [acme], resources: { hosts: [a.io, b.io] } }\n  - { id: globex, namespaces: [globex], cell: gold }\n  - { id: gone, status: offboarded }\n',
    );
    writeFileSync(join(cwd, 'deployment.yaml'), 'cells:\n  - { id: gold, partition_quota: 20 }\n');
    const found = await answer();
    expect(found).toMatchObject({ tenants: 2, cells: 2, measured: null, metered: [] });
    expect(found.unknown).toContain('kinesis-stream-bytes');
    expect(found.limits.find(({ name }) => name === 'firehose-partitions')).toMatchObject({ used: 12, quota: 20 });
    const text = await tenantscope(['quota'], { cwd });
    expect(text.stdout).toMatch(/^2 tenants in 2 cells; no ledger: nothing is measured$/m);
    expect(text.stdout).toMatch(/^what breaks first: .*, with \d+ times the tenants \(/m);
  });

  it('counts a tenant until the day it leaves: its lines come until then', async () => {
    const config = join(cwd, 'leaving.yaml');
    writeFileSync(
      config,
      'tenants:\n  - { id: acme, status: offboarded, effective_until: 9999-01-01 }\n  - { id: gone, status: offboarded, effective_until: 2020-01-01 }\n',
    );
    expect((await answer('--config', config)).tenants).toBe(1);
  });

  it('measures the busiest hour of a ledger, by tenant', async () => {
    writeFileSync(join(cwd, 'lines.ndjson'), `${lines.join('\n')}\n`);
    for (const args of [
      ['run', '--input', 'lines.ndjson', '--lake', 'lake'],
      ['ledger', 'build', '--lake', 'lake'],
    ])
      expect((await tenantscope(args, { cwd })).code).toBe(0);
    // The lines are older than the last days before now; the window ends where the data does.
    const found = await answer('--lake', 'lake', '--last', '8760h');
    const bytes = found.limits.find(({ name }) => name === 'kinesis-stream-bytes');
    const megabytes = (40 * 1250 + 20 * 350) / 3600 / 1e6;
    // Two cells; the busier of them has the lines of acme alone.
    expect(bytes?.used).toBeCloseTo((megabytes * 40 * 1250) / (40 * 1250 + 20 * 350), 12);
    expect(bytes?.tenants.map(({ tenant_id }) => tenant_id)).toEqual(['acme', 'globex']);
    expect(found.metered.map(({ quota }) => quota)).toContain('kinesis-on-demand-writes');
    expect(found.measured?.start).toMatch(/^20/);
  });

  it('ends with 1 above what --fail-on says, and 66 for a lake that is none', async () => {
    const failed = await tenantscope(['quota', '--fail-on', '60', '--json'], { cwd });
    expect(failed.code).toBe(1);
    expect(failed.stderr).toContain('60 % or more is used of firehose-partitions');
    expect(jsonOf(failed.stdout)).toMatchObject({ tenants: 2 });
    expect((await tenantscope(['quota', '--fail-on', '61'], { cwd })).code).toBe(0);
    expect((await tenantscope(['quota', '--lake', 'nowhere'], { cwd })).code).toBe(66);
    expect((await tenantscope(['quota', '--deployment', 'nowhere.yaml'], { cwd })).code).toBe(66);
    expect((await tenantscope(['quota', '--fail-on', 'much'], { cwd })).code).toBe(64);
  });
});
