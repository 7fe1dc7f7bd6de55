import { appendFileSync, cpSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HOUR_MS, startOfHour } from '../../model/index.js';
import { jsonOf } from './jsonOf.js';
import { temporaryFolder, tenantscope, tenantscopeOk } from './tenantscope.js';

const EXAMPLE = fileURLToPath(new URL('../../examples/reports/', import.meta.url));
const root = temporaryFolder();
const cwd = root.path;
const lake = ['--lake', 'lake', '--config', 'sim/tenantscope.yaml'];
afterAll(() => root.remove());

/** The last full hour, since schedules deliver what is near them in time. */
const END = startOfHour(Date.now());
const instant = (at: number): string => `${new Date(at).toISOString().slice(0, 16)}Z`;

interface Used {
  readonly tenant_id: string;
  readonly service: string;
  readonly resource: string;
  readonly operation: string;
  readonly meter: string;
  readonly quantity_micros: string;
}
let truth: readonly Used[] = [];

beforeAll(async () => {
  const simulated = ['--tenants', '6', '--hours', '2', '--history', '6h', '--formats', '0.5', '--duplicates', '0.1'];
  await tenantscopeOk(['simulate', ...simulated, '--end', instant(END), '--out', 'sim'], { cwd });
  await tenantscopeOk(['run', '--input', 'sim/records', ...lake], { cwd });
  await tenantscopeOk(['ledger', 'build', ...lake], { cwd });
  cpSync(join(EXAMPLE, 'reports'), join(cwd, 'reports'), { recursive: true });
  truth = JSON.parse(readFileSync(join(cwd, 'sim/truth.json'), 'utf8')).usage;
});

type Row = Readonly<Record<string, string | number>>;
/** A report's rows over all that was simulated. */
async function rowsOf(...report: readonly string[]): Promise<readonly Row[]> {
  // Named: the last hours would be those that are over for good, which the last one is not for a while.
  const window = ['--since', instant(END - 8 * HOUR_MS), '--until', instant(END)];
  const text = await tenantscopeOk(['report', 'run', ...report, ...window, '--format', 'ndjson', ...lake], { cwd });
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
}
const micros = (rows: readonly Used[]): bigint => rows.reduce((sum, row) => sum + BigInt(row.quantity_micros), 0n);
/** A quantity as reports write it, in millionths. */
function inMicros(quantity: string | number | undefined): bigint {
  const [whole = '', part = ''] = String(quantity).split('.');
  return BigInt(whole + part.padEnd(6, '0'));
}

it('has a file for each row of its README, and Trino’s grammar finds nothing in them', async () => {
  const files = readdirSync(join(EXAMPLE, 'reports'));
  const rows = readFileSync(join(EXAMPLE, 'README.md'), 'utf8').matchAll(/^\| `([a-z-]+)` \|/gm);
  expect([...rows].map(([, name]) => `${name}.sql`).sort()).toEqual(files.sort());
  const lint = await tenantscope(['report', 'lint', ...files.map((file) => join('reports', file))], { cwd });
  expect(lint.code).toBe(0);
  expect(`${lint.stdout}${lint.stderr}`).toContain('3 reports, nothing found');
});

it('plan-usage adds up to what all tenants used, each under its plan', async () => {
  const rows = (await rowsOf('plan-usage', '--param', 'service=DynamoDB')).filter(
    ({ meter }) => meter === 'read_units',
  );
  const plans = { free: ['acme', 'deepgroove'], pro: ['bluenote', 'echowave'], enterprise: ['cadenza', 'fermata'] };
  for (const [plan, tenants] of Object.entries(plans)) {
    const used = tenants.map((id) => micros(truth.filter((row) => row.meter === 'read_units' && row.tenant_id === id)));
    const row = rows.find((candidate) => candidate.plan === plan);
    expect(row).toMatchObject({ tenants: 2 });
    expect(inMicros(row?.quantity)).toBe(used.reduce((sum, one) => sum + one, 0n));
    expect([...used].sort((one, other) => (one < other ? 1 : -1))[0]).toBe(inMicros(row?.greatest));
  }
  expect(rows).toHaveLength(3);
});

it('table-scans has what each tenant scanned of each table, the greatest first', async () => {
  const rows = await rowsOf('table-scans', '--param', 'top=1000');
  const reads = truth.filter(({ service, meter }) => service === 'DynamoDB' && meter === 'read_units');
  const expected = new Map<string, bigint>();
  for (const row of reads.filter(({ operation }) => operation === 'Scan')) {
    const key = `${row.tenant_id} ${row.resource}`;
    expected.set(key, (expected.get(key) ?? 0n) + BigInt(row.quantity_micros));
  }
  const shown = rows.map((row) => [`${row.tenant_id} ${row.resource}`, inMicros(row.scan_units)] as const);
  expect(new Map(shown)).toEqual(expected);
  expect(shown.every(([, units], place) => place === 0 || units <= (shown[place - 1]?.[1] ?? 0n))).toBe(true);
  for (const row of rows) {
    const all = reads.filter(({ tenant_id, resource }) => tenant_id === row.tenant_id && resource === row.resource);
    expect(inMicros(row.all_units)).toBe(micros(all));
  }
});

it('failed-requests counts what tenant-errors counts, by the hour', async () => {
  const rows = await rowsOf('failed-requests', '--param', 'tenant_id=acme');
  const errors = await rowsOf('tenant-errors', '--param', 'tenant_id=acme');
  const failed = errors.filter((row) => Number(row.http_response_status_code) >= 500);
  const sum = (of: readonly Row[], column: string): number => of.reduce((total, row) => total + Number(row[column]), 0);
  expect(sum(rows, 'failed')).toBe(sum(failed, 'lines'));
  expect(sum(rows, 'failed')).toBeGreaterThan(0);
  expect(rows.every((row) => Number(row.failed) <= Number(row.requests))).toBe(true);
});

it('its schedules are taken as they stand, and deliver', async () => {
  appendFileSync(join(cwd, 'sim/tenantscope.yaml'), readFileSync(join(EXAMPLE, 'report_schedules.yaml')));
  const listed = jsonOf(await tenantscopeOk(['report', 'schedule', 'list', '--json', ...lake], { cwd }));
  const files = readdirSync(join(EXAMPLE, 'reports')).map((file) => file.replace('.sql', ''));
  expect(listed.map(({ report }: { report: string }) => report).sort()).toEqual(files.sort());
  const run = await tenantscope(['report', 'schedule', 'run', '--now', 'scans-of-the-day', ...lake], { cwd });
  expect(run).toMatchObject({
    code: 0,
    stdout: expect.stringMatching(/^scans-of-the-day \S+Z: delivered, to 1 targets\n$/),
  });
  const [file = ''] = readdirSync(join(cwd, 'out'));
  expect(readFileSync(join(cwd, 'out', file), 'utf8')).toMatch(/^tenant_id,resource,scans,scan_units,all_units\r\n/);
});
