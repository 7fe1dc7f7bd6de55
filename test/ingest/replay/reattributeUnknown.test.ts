import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { reattributeUnknown, runDelivery } from '../../../ingest/index.js';
import { buildRegistry, type Registry, tenantSchema } from '../../../model/index.js';
import { buildLedger, reconcile, selectEvents } from '../../../queries/index.js';
import { ledgerLines } from '../../e2e/truth.js';
import { albLine, signIn } from '../importers/samples.js';

const root = mkdtempSync(join(tmpdir(), 'reattribute-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const acme = { id: 'acme', namespaces: ['tenant-acme'], resources: { hosts: ['*.acme.io'] } };
const globex = { id: 'globex', namespaces: ['tenant-globex'] };
const registryOf = (...tenants: object[]): Registry =>
  buildRegistry({ tenants: tenants.map((tenant) => tenantSchema.parse(tenant)), sharedNamespaces: ['platform'] });
const BEFORE = registryOf(globex);
const AFTER = registryOf(globex, acme);
const DAY_1 = Date.parse('2026-11-20T10:00:00Z');
const DAY_2 = Date.parse('2026-11-24T08:00:00Z');
const common = { trust: 'namespace', platformStream: 'platform', memoryMb: 256, threads: 1 } as const;
let folders = 0;

const printed = (table: string, units: number, tenant?: string): string =>
  JSON.stringify({
    time: '2026-11-20T09:30:00Z',
    metering: {
      v: 1,
      service: 'DynamoDB',
      operation: 'GetItem',
      ...(tenant === undefined ? {} : { tenant_id: tenant }),
      usage: [{ resource: table, read_units: units, requests: 1 }],
    },
  });
const line = (tenant: string, namespace: string, offset: number, log: string): string =>
  JSON.stringify({
    schema: 'tenantscope/1',
    tenant_id: tenant,
    namespace,
    pod: 'p',
    pod_uid: `uid-${namespace}`,
    file: 'app.log',
    offset,
    time: '2026-11-20T09:30:00Z',
    log,
  });
const imported = (host: string, uid: string): string =>
  JSON.stringify({
    tenant_id: '_shared',
    source: 'alb',
    uid,
    file: 'a',
    log: albLine(host, '/', { time: '2026-11-20T09:30:00.000Z' }),
  });

async function deliver(lake: string, lines: readonly string[], registry: Registry, at: number): Promise<void> {
  const input = join(root, `input-${folders++}`);
  mkdirSync(input);
  writeFileSync(join(input, 'a.ndjson'), lines.map((text) => `${text}\n`).join(''));
  await runDelivery({ ...common, inputs: [input], lake, registry, stream: 'platform', clock: () => at });
}
const build = (lake: string, at: number) => buildLedger({ lake, clock: () => at, memoryMb: 256, threads: 1 });
const move = (lake: string, over: Partial<Parameters<typeof reattributeUnknown>[0]> = {}) =>
  reattributeUnknown({
    selectEvents,
    lake,
    registry: AFTER,
    trust: 'namespace',
    since: 0,
    until: DAY_2,
    clock: () => DAY_2,
    memoryMb: 256,
    threads: 1,
    dryRun: false,
    ...over,
  });

/** Net quantity by tenant and meter, zeroes left out. */
async function net(lake: string): Promise<Record<string, string>> {
  const sums = new Map<string, bigint>();
  for (const text of await ledgerLines(lake)) {
    const [tenant, , service, , , meter] = text.split(' | ');
    const key = `${tenant} ${service} ${meter}`;
    sums.set(key, (sums.get(key) ?? 0n) + BigInt(/: (-?\d+) in/.exec(text)?.[1] ?? 0));
  }
  return Object.fromEntries([...sums].filter(([, sum]) => sum !== 0n).map(([key, sum]) => [key, String(sum)]));
}

const LINES = [
  line('acme', 'tenant-acme', 1, printed('orders', 2.5)),
  line('acme', 'tenant-acme', 2, 'plain text'),
  // The same line again: a resent chunk.
  line('acme', 'tenant-acme', 1, printed('orders', 2.5)),
  line('globex', 'tenant-globex', 1, printed('orders', 1)),
  line('nobody', 'tenant-nobody', 1, printed('orders', 7)),
  line('_shared', 'platform', 1, printed('pooled', 4, 'acme')),
  line('_shared', 'platform', 2, printed('pooled', 8, 'globex')),
  imported('www.acme.io', 'alb-1'),
  imported('www.nobody.io', 'alb-2'),
];

async function lakeBefore(): Promise<string> {
  const lake = join(root, `lake-${folders++}`);
  await deliver(lake, LINES, BEFORE, DAY_1);
  await build(lake, DAY_1);
  return lake;
}

/** The lake as it would be had acme been registered from the start. */
async function netHadItBeenKnown(): Promise<Record<string, string>> {
  const lake = join(root, `lake-${folders++}`);
  await deliver(lake, LINES, AFTER, DAY_1);
  await build(lake, DAY_1);
  return net(lake);
}

describe('reattributeUnknown', () => {
  it('gives the tenant what lay under _unknown: minus there, plus here, as if it had been known', async () => {
    const lake = await lakeBefore();
    expect(await net(lake)).toMatchObject({ '_unknown DynamoDB read_units': '13500000' });
    const summary = await move(lake);
    expect(summary).toMatchObject({
      events: { acme: 2 },
      usage: { acme: 2 },
      unresolved: { nobody: 1, 'hosts=www.nobody.io': 1 },
    });
    await build(lake, DAY_2);
    const after = await net(lake);
    const expected = await netHadItBeenKnown();
    // Only the pipeline's own account of the correction is new: its lines carry no usage of their own.
    expect(after).toEqual(expected);
    const { checks } = await reconcile({ lake, memoryMb: 256, threads: 1 });
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('books on the open date and in the hours of the originals, and leaves earlier bookings byte for byte', async () => {
    const lake = await lakeBefore();
    const bookings = join(lake, 'ledger', 'bookings');
    const [first = ''] = readdirSync(bookings);
    const before = readFileSync(join(bookings, first, 'usage.parquet'));
    await move(lake);
    await build(lake, DAY_2);
    expect(readFileSync(join(bookings, first, 'usage.parquet'))).toEqual(before);
    expect(readdirSync(bookings).sort()).toEqual([
      '0000000001',
      '0000000003',
      'recent-2026-11-20',
      'sealed-2026-11-20',
    ]);
    const hours = new Set((await ledgerLines(lake)).map((text) => text.split(' | ')[7]?.split(': ')[0]));
    expect(hours).toEqual(new Set(['2026-11-20T09:00:00.000Z']));
  });

  it('counts once when it is done again, or twice at once, and when the line itself comes again', async () => {
    const lake = await lakeBefore();
    await move(lake);
    expect(await move(lake)).toMatchObject({ events: {}, usage: {} });
    await deliver(lake, LINES.slice(0, 2), AFTER, DAY_2);
    await build(lake, DAY_2);
    expect(await net(lake)).toEqual(await netHadItBeenKnown());
  });

  it('moves samples of counters and members of distinct counts, which no minus could', async () => {
    const pools = { ...acme, resources: { user_pools: ['pool'] } };
    const from = (source: string, uid: string, content: object): string =>
      JSON.stringify({ tenant_id: '_shared', source, uid, file: source, log: JSON.stringify(content) });
    const cpu = (minute: number, seconds: number): string =>
      from('kubelet', `cpu-${minute}`, {
        namespace: 'tenant-acme',
        pod: 'api',
        uid: 'u',
        container: 'app',
        time: `2026-11-20T09:${minute}:00Z`,
        cpu_nanoseconds: `${seconds}000000000`,
        memory_bytes: '1073741824',
        interval_seconds: '60',
      });
    const at = { eventTime: '2026-11-20T09:20:00Z' };
    const lines = [cpu(10, 5), cpu(30, 9), from('cloudtrail', 'in-1', signIn('pool', 'user', at))];
    const [unknown, known] = ['unknown', 'known'].map((name) => join(root, `${name}-${folders++}`)) as [string, string];
    await deliver(unknown, lines, BEFORE, DAY_1);
    await build(unknown, DAY_1);
    expect(await net(unknown)).toMatchObject({ '_unknown EKS vcpu_seconds': '4000000' });
    await move(unknown, { registry: registryOf(globex, pools) });
    await build(unknown, DAY_2);
    // A sample that came late, by now the tenant's own, divides the interval its neighbours were moved with.
    for (const lake of [known, unknown]) {
      await deliver(lake, lake === known ? [...lines, cpu(20, 6)] : [cpu(20, 6)], registryOf(globex, pools), DAY_2);
      await build(lake, DAY_2);
    }
    expect(await net(unknown)).toEqual(await net(known));
    expect(await net(unknown)).toMatchObject({
      'acme EKS vcpu_seconds': '4000000',
      'acme Cognito monthly_active_users': '1000000',
    });
    expect((await reconcile({ lake: unknown, memoryMb: 256, threads: 1 })).checks.filter(({ ok }) => !ok)).toEqual([]);
  });

  it('says what it would do, and writes nothing', async () => {
    const lake = await lakeBefore();
    const files = () =>
      readdirSync(lake, { recursive: true })
        .filter((name) => !String(name).includes('.staging'))
        .sort();
    const before = files();
    const summary = await move(lake, { dryRun: true });
    expect(summary).toMatchObject({ events: { acme: 2 }, usage: { acme: 2 } });
    expect(summary.unit).toBeUndefined();
    expect(files()).toEqual(before);
  });

  it('moves nothing for a tenant whose namespace is another one than the line was printed in', async () => {
    const lake = await lakeBefore();
    const elsewhere = registryOf(globex, { id: 'acme', namespaces: ['tenant-acme-2'] });
    expect(await move(lake, { registry: elsewhere })).toMatchObject({ events: {}, usage: { acme: 1 } });
  });

  it('keeps to the window, and has nothing to do where nothing is unknown', async () => {
    const lake = await lakeBefore();
    expect(await move(lake, { until: DAY_1 })).toMatchObject({ events: {}, usage: {} });
    const known = join(root, `lake-${folders++}`);
    await deliver(known, LINES.slice(3, 4), BEFORE, DAY_1);
    expect(await move(known)).toEqual({ events: {}, usage: {}, unresolved: {} });
    await expect(move(join(root, 'none'))).rejects.toMatchObject({ code: 'LAKE_NOT_FOUND' });
  });
});
