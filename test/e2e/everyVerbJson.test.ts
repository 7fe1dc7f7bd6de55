import { appendFileSync, cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { parse } from 'csv-parse/sync';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { NO_JSON, REPORT_VERBS, reportDocumentSchema, STREAM_VERBS } from '../../cli/jsonEnvelope.js';
import { runCli } from '../../cli/runCli.js';
import { commandTree } from '../cli/commandTree.js';
import { fakeContext } from '../cli/fakeContext.js';
import { envelopeOf } from './jsonOf.js';
import { temporaryFolder } from './tenantscope.js';

const folder = temporaryFolder();
const at = (name: string): string => join(folder.path, name);
const home = process.cwd();
const OCTOBER = ['--period', '2026-10'];
const WORD = ['--owner', 'kim', '--reason', 'TS-40'];
const INCIDENT = 'acme/DynamoDB/up';
const VERSION = 'billing/tenantscope/BILLING_PERIOD=2026-10/version=0001';
const TRINO = ['--engine', 'trino', '--trino-url', 'http://127.0.0.1:1/lake', '--ledger-catalog', 'iceberg'];
let now = Date.parse('2026-11-02T05:00:00Z');

/** What a verb answered before it, for what names it. */
type Said = ReadonlyMap<string, ReturnType<JSON['parse']>>;

/** A verb with the rest of its call; its exit code where it is not 0, and what is done before it. */
interface Call {
  readonly verb: string;
  readonly args?: readonly string[] | ((said: Said) => readonly string[]);
  readonly code?: number | 'any';
  readonly before?: () => void;
}

const imports = ['alb', 'cloudfront', 'cloudtrail', 'cloudwatch-logs', 'kubelet', 'logs', 's3-access'];

// In this order, each in this process: of their own they would take minutes.
const CALLS: readonly Call[] = [
  {
    verb: 'simulate',
    args: [
      ...['--scenario', 'noisy-dynamodb', '--tenants', '8', '--hours', '3', '--history', '1d'],
      ...['--end', '2026-11-01T02:00Z', '--out', 'sim'],
    ],
  },
  { verb: 'init', args: ['--out', 'new.yaml'] },
  { verb: 'vet', before: project },
  { verb: 'config show', args: ['billing'] },
  // What is wrong with this machine is not this test's to say.
  { verb: 'doctor', code: 'any' },
  { verb: 'run', args: ['--input', 'sim/records'] },
  ...imports.map((source) => ({
    verb: `import ${source}`,
    args: ['--input', 'access.log', '--dry-run', ...(source === 's3-access' ? ['--cross-check'] : [])],
    code: 'any' as const,
  })),
  { verb: 'ledger build' },
  {
    // On the next day, so that the date is sealed.
    verb: 'ledger build',
    before: () => {
      now += 24 * 3_600_000;
    },
  },
  { verb: 'ledger rebuild' },
  { verb: 'ledger verify' },
  { verb: 'ledger maintain', args: ['--dry-run', ...TRINO] },
  { verb: 'reconcile' },
  { verb: 'lake status', args: ['--footers'] },
  { verb: 'lake compact' },
  { verb: 'lake retain' },
  { verb: 'replay' },
  { verb: 'report list' },
  { verb: 'report show', args: ['top-operations'] },
  { verb: 'report new', args: ['own'] },
  { verb: 'report lint', args: ['reports/own.sql'] },
  { verb: 'report explain', args: ['top-tenants', '--last', '1h'] },
  { verb: 'report run', args: ['tenant-share', '--param', 'service=DynamoDB', '--last', '1h'] },
  { verb: 'report schedule list' },
  { verb: 'report schedule run', args: ['--now', 'shares', '--dry-run'] },
  { verb: 'detect', args: ['--last', '1h'] },
  { verb: 'backtest', args: ['--since', '2026-11-01T00:00Z'] },
  { verb: 'dashboard data', args: ['--last', '1h'] },
  { verb: 'dashboard grafana', args: ['--out', 'grafana'] },
  { verb: 'alerts test', args: ['log'] },
  { verb: 'alerts run', args: ['--at', '2026-11-01T01:00Z', '--no-ledger'] },
  { verb: 'alerts deliveries', args: ['--last', '30d'] },
  { verb: 'alerts resend', args: (said) => [said.get('alerts deliveries')[0].id] },
  { verb: 'incident list' },
  { verb: 'incident show', args: [INCIDENT] },
  { verb: 'incident ack', args: [INCIDENT, ...WORD] },
  { verb: 'incident feedback', args: [INCIDENT, 'true', '--owner', 'kim'] },
  { verb: 'incident resolve', args: [INCIDENT, ...WORD] },
  { verb: 'incident precision' },
  { verb: 'silence add', args: ['--tenant', 'acmee', '--for', '4h', ...WORD] },
  { verb: 'silence list' },
  { verb: 'silence expire', args: (said) => [said.get('silence add').id] },
  { verb: 'alerts rebuild', args: ['--since', '2026-10-31'] },
  { verb: 'rates vet' },
  { verb: 'rates show', args: ['--tenant', 'acme'] },
  { verb: 'bill simulate', args: [...OCTOBER, '--rates', 'rates.yaml'] },
  { verb: 'bill export', args: [...OCTOBER, '--out', 'billing'] },
  { verb: 'bill verify', args: [VERSION] },
  { verb: 'bill diff', args: [VERSION, VERSION] },
  { verb: 'bill lineage', args: () => [chargeId(), '--package', VERSION] },
  { verb: 'bill close', args: [...OCTOBER, '--out', 'billing', '--by', 'anna'] },
  { verb: 'bill periods', args: ['--out', 'billing'] },
  { verb: 'allocate', args: ['--costs', 'costs.csv', ...OCTOBER, '--out', 'costs', '--dry-run'] },
  { verb: 'margin', args: ['--costs', 'costs.csv', ...OCTOBER] },
  { verb: 'sink status', args: ['aws'] },
  { verb: 'sink send', args: ['aws', '--dry-run'] },
  { verb: 'plan', args: ['--tenants', '5'] },
  { verb: 'quota' },
  { verb: 'sidecar render', args: ['--tenant', 'acme', '--out', 'sidecar'] },
  { verb: 'sidecar verify', args: ['sidecar'] },
  { verb: 'collector render', args: ['--out', 'collector'] },
  { verb: 'tenant add', args: ['newco', '--namespace', 'tenant-newco'] },
  { verb: 'tenant change', args: ['newco', '--name', 'New'] },
  { verb: 'tenant suspend', args: ['newco'] },
  { verb: 'tenant resume', args: ['newco'] },
  { verb: 'tenant move', args: ['newco', '--to', 'b', '--new-cell', '--dry-run'] },
  { verb: 'tenant show', args: ['newco'] },
  { verb: 'tenant list' },
  { verb: 'tenant offboard', args: ['newco'] },
  { verb: 'tenant erase', args: ['acme', '--dry-run'] },
  { verb: 'tenant erasures' },
  { verb: 'canary', args: ['--lines', '2'] },
];

/** Verbs that need what is not on this machine, and what holds them to the envelope. */
const ELSEWHERE: Readonly<Record<string, string>> = {
  'import cloudwatch-metrics': 'asks CloudWatch; answers as the other imports do',
  'report fetch': 'asks Athena: test/cloud/athenaCommand.test.ts',
  'report status': 'asks Athena: test/cloud/athenaCommand.test.ts',
  serve: 'goes on: test/e2e/serve.test.ts',
  'sink resolve': 'settles what a sink refused; prints what sink status prints',
  tap: 'follows a stream',
  'tenant import': 'writes to a table: test/cloud/tenantLifecycle.test.ts',
};

const said = new Map<string, ReturnType<JSON['parse']>>();

async function run(words: readonly string[]) {
  const context = fakeContext({ env: { TENANTSCOPE_LAKE: at('lake') } });
  context.wait(now);
  const code = await runCli([...words, '--json'], context);
  return { code, ...context.written() };
}

beforeAll(() => {
  // Paths as people type them, and the files that are looked for in the folder one is in.
  process.chdir(folder.path);
  writeFileSync('access.log', '10.0.0.1 - - [01/Nov/2026:00:00:01 +0000] "GET / HTTP/1.1" 200 12 "-" "x"\n');
  writeFileSync('costs.csv', 'charge_id,start,end,service,currency,cost\nd,2026-10-31,2026-11-01,DynamoDB,USD,12.50\n');
  writeFileSync(
    'sinks.yaml',
    `state: ./sent
sinks:
  aws:
    type: aws-marketplace
    product_code: prod
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 7 }]
    customers: { acme: "123456789012" }
`,
  );
});
afterAll(() => {
  process.chdir(home);
  folder.remove();
});

it.each(CALLS.map((call) => [call.verb, call] as const))('%s answers in one envelope', async (verb, call) => {
  call.before?.();
  const { args = [], code = 0 } = call;
  const words = [...verb.split(' '), ...(typeof args === 'function' ? args(said) : args)];
  const ran = await run(words);
  if (code !== 'any') expect([ran.code, ran.stderr], words.join(' ')).toEqual([code, expect.any(String)]);
  if (Object.hasOwn(REPORT_VERBS, verb)) {
    expect(reportDocumentSchema.parse(JSON.parse(ran.stdout)).rows.length).toBeGreaterThan(0);
    return;
  }
  const envelope = envelopeOf(ran.stdout, { dryRun: words.includes('--dry-run') });
  expect(envelope.verb).toBe(verb);
  expect(Object.keys(envelope.data)).not.toContain('dry_run');
  const warned = ran.stderr.split('\n').filter((line) => line.startsWith('warning: '));
  expect(envelope.warnings).toEqual([...new Set(warned.map((line) => line.slice('warning: '.length)))]);
  said.set(verb, envelope.data);
});

it('has said warnings and what a channel prints where they belong', async () => {
  const silenced = await run(['silence', 'add', '--tenant', 'acmee', '--for', '4h', ...WORD, '--dry-run']);
  expect(envelopeOf(silenced.stdout, { dryRun: true }).warnings).toEqual([
    'no tenant "acmee" is registered; did you mean acme?',
  ]);
  const tested = await run(['alerts', 'test', 'log']);
  expect(tested.stderr).toContain('TICKET opened TEST of the channel log');
  expect(envelopeOf(tested.stdout).data).toMatchObject({ channel: 'log', opened: { kind: 'sent' } });
  const report = await run(['report', 'run', 'tenant-usage-by-day', '--tenant', 'acmee', '--last', '1h']);
  expect(reportDocumentSchema.parse(JSON.parse(report.stdout)).warnings).toContain(
    'no tenant "acmee" is registered; did you mean acme?',
  );
});

it('has said no to a check on stdout, and prints nothing when it fails', async () => {
  writeFileSync('wrong.yaml', 'tenants: 7\n');
  const vetted = await run(['vet', 'wrong.yaml']);
  expect([vetted.code, envelopeOf(vetted.stdout).data]).toEqual([
    78,
    { files: ['wrong.yaml'], problems: [expect.objectContaining({ file: 'wrong.yaml' })] },
  ]);
  expect(vetted.stderr).toContain('[CONFIG_INVALID]');
  const failed = await run(['vet', 'no-such.yaml']);
  expect(failed).toEqual({ code: 66, stdout: '', stderr: expect.stringContaining('[INPUT_NOT_FOUND]') });
});

it('prints a stream as lines, and a page’s data bare without --json', async () => {
  const context = fakeContext({ env: { TENANTSCOPE_LAKE: at('lake') } });
  context.wait(now);
  expect(await runCli(['dashboard', 'data', '--last', '1h'], context)).toBe(0);
  const { generated_at: _, ...bare } = JSON.parse(context.written().stdout);
  expect(Object.keys(said.get('dashboard data'))).toEqual(expect.arrayContaining(Object.keys(bare)));
  const streamed = await run(['report', 'schedule', 'run', '--now', 'shares']);
  const [line = '', ...more] = streamed.stdout.trimEnd().split('\n');
  expect([JSON.parse(line), more]).toEqual([expect.objectContaining({ schedule: 'shares', state: 'waiting' }), []]);
});

it('names every verb once: as a call, with a reason why not, or as one without --json', async () => {
  const leaves = (await commandTree()).filter(({ isLeaf }) => isLeaf).map(({ path }) => path);
  const called = new Set(CALLS.map(({ verb }) => verb));
  const elsewhere = [...Object.keys(ELSEWHERE), ...Object.keys(NO_JSON)];
  expect([...called, ...elsewhere].sort(), 'give the new verb a call in test/e2e/everyVerbJson.test.ts').toEqual(
    [...leaves].sort(),
  );
  for (const verb of [...Object.keys(STREAM_VERBS), ...Object.keys(REPORT_VERBS)]) expect(leaves).toContain(verb);
});

/** The simulation's project file, with what more the verbs ask for. */
function project(): void {
  cpSync('sim/tenantscope.yaml', 'tenantscope.yaml');
  appendFileSync(
    'tenantscope.yaml',
    `billing: { provider: Example Inc. }
alerts: { channels: { log: { type: stdout, format: text } }, routes: [{ channels: [log] }] }
report_schedules:
  - { name: shares, report: tenant-share, params: { service: DynamoDB }, period: day, at: 0 6 * * *, deliver: [{ folder: ./out }] }
`,
  );
  mkdirSync('reports');
  writeFileSync(
    'rates.yaml',
    `rate_cards:
  - id: other
    effective_from: 2026-01-01
    currency: USD
    prices: [{ service: DynamoDB, meter: read_units, model: per_unit, price: "0.01" }]
`,
  );
}

function chargeId(): string {
  const rows: Record<string, string>[] = parse(gunzipSync(readFileSync(join(VERSION, 'cost_and_usage-00001.csv.gz'))), {
    columns: true,
  });
  return rows.find(({ x_ChargeId, SkuMeter }) => x_ChargeId !== undefined && SkuMeter !== '')?.x_ChargeId ?? '';
}
