import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import Big from 'big.js';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { runCli } from '../../cli/runCli.js';
import { fakeContext } from '../cli/fakeContext.js';
import { billedLake } from './billedLake.js';
import { jsonOf } from './jsonOf.js';
import { tenantscopeOk } from './tenantscope.js';

const billed = billedLake();
const { cwd, sim, lake } = billed;
beforeAll(() => billed.begin());
afterAll(() => billed.remove());

describe('sink', () => {
  const sinks = (endpoint: string, state = 'sent') =>
    writeFileSync(
      join(cwd, 'sinks.yaml'),
      `state: ${join(cwd, state)}
sinks:
  stripe:
    type: stripe
    api_key: env:STRIPE_KEY
    endpoint: ${endpoint}
    window: hour
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 7 }]
    customers: { acme: cus_acme, bluenote: cus_blue }
  aws:
    type: aws-marketplace
    product_code: prod
    start: 2026-11-01
    meters: [{ service: DynamoDB, meter: read_units, name: reads, per: 7 }]
    customers: { acme: "123456789012" }
`,
    );
  // In this process, so that the clock is the test's: receivers take only what is recent.
  const sink = async (...args: string[]) => {
    const context = fakeContext({ env: { STRIPE_KEY: 'sk_test_1' } });
    context.wait(Date.parse('2026-11-10T01:00:00Z'));
    const files = ['--sinks', join(cwd, 'sinks.yaml'), '--lake', lake, '--config', join(sim, 'tenantscope.yaml')];
    const code = await runCli(['sink', ...args, ...files], context);
    return { code, ...context.written() };
  };

  it('sends each unit once to a Stripe that fails, forgets to answer and repeats, and carries the rest', async () => {
    const events = new Map<string, URLSearchParams>();
    let calls = 0;
    const server = createServer((request, response) => {
      let body = '';
      request.on('data', (chunk: Buffer) => {
        body += chunk.toString();
      });
      request.on('end', () => {
        const form = new URLSearchParams(body);
        const id = form.get('identifier') ?? '';
        calls += 1;
        if (calls === 1) {
          response.writeHead(429, { 'retry-after': '0' });
          response.end('{}');
          return;
        }
        const known = events.has(id);
        events.set(id, form);
        // Taken, but nobody learns it.
        if (calls === 2) request.socket.destroy();
        else if (known) {
          response.writeHead(400);
          response.end(JSON.stringify({ error: { message: `An event already exists with identifier ${id}.` } }));
        } else response.end('{}');
      });
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    sinks(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
    const dry = jsonOf((await sink('send', 'stripe', '--dry-run', '--json')).stdout, { dryRun: true });
    expect([dry.records.length > 2, dry.unmapped, calls]).toEqual([true, expect.arrayContaining(['cadenza']), 0]);
    expect((await sink('send', 'stripe')).stderr).toMatch(/sent: nothing is remembered of stripe.*\n.*--begin/);
    const first = await sink('send', 'stripe', '--begin', '--json');
    expect([first.code, first.stderr]).toEqual([
      0,
      expect.stringContaining(`${dry.records.length} sent, 0 refused, 0 wait`),
    ]);
    expect(first.stderr).toMatch(/not sent, no customer: \d+ tenants \(.*cadenza/);
    expect(events.size).toBe(dry.records.length);
    const { carried, records, through } = jsonOf(first.stdout);
    expect(records).toEqual([]);
    const usage = await usageOf('read_units', through);
    for (const [tenant, customer] of [
      ['acme', 'cus_acme'],
      ['bluenote', 'cus_blue'],
    ] as const) {
      const sent = [...events.values()].filter((form) => form.get('payload[stripe_customer_id]') === customer);
      const units = sent.reduce((sum, form) => sum.plus(form.get('payload[value]') ?? ''), new Big(0));
      expect(
        units
          .times(7)
          .plus(carried[`${customer} reads`] ?? 0)
          .toFixed(),
      ).toBe(usage.get(tenant));
      expect(new Big(carried[`${customer} reads`] ?? 0).lt(7)).toBe(true);
    }
    const before = calls;
    expect((await sink('send', 'stripe')).code).toBe(0);
    expect(calls).toBe(before);
    expect((await sink('status', 'stripe')).stdout).toMatch(/^sent until 2026-11-\d\dT/);
    server.close();
  });

  it('hands over no record that was sent and may have arrived', async () => {
    const server = createServer((_, response) => {
      response.writeHead(503, { 'retry-after': '3600' });
      response.end();
    });
    await new Promise<void>((done) => server.listen(0, '127.0.0.1', done));
    sinks(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, 'unheard');
    const first = await sink('send', 'stripe', '--begin', '--json');
    const waiting = jsonOf(first.stdout).records.length;
    expect([first.code, waiting > 2]).toEqual([1, true]);
    const second = await sink('send', 'stripe', '--out', join(cwd, 'unheard-files'), '--json');
    expect([second.code, jsonOf(second.stdout).records.length]).toEqual([1, waiting]);
    expect(second.stderr).toContain('0 records in 0 files');
    server.close();
  });

  it('writes the calls of AWS Marketplace as files, and remembers that it did', async () => {
    sinks('http://127.0.0.1:1');
    const out = join(cwd, 'metering');
    const written = await sink('send', 'aws', '--begin', '--out', out);
    expect([written.code, written.stderr]).toEqual([0, expect.stringMatching(/[1-9]\d* records in 1 files/)]);
    const [name = ''] = readdirSync(out);
    expect(name).toBe('aws-0000000001-00001.json');
    const batch = JSON.parse(readFileSync(join(out, name), 'utf8'));
    expect(batch.ProductCode).toBe('prod');
    expect(batch.UsageRecords[0]).toEqual({
      CustomerAWSAccountId: '123456789012',
      Dimension: 'reads',
      Quantity: expect.any(Number),
      Timestamp: expect.stringMatching(/^2026-11-09T2\d:00:00\.000Z$/),
    });
    expect((await sink('send', 'aws', '--out', out)).stderr).toContain('0 records in 0 files');
    expect((await sink('send', 'aws', '--out', 's3://bucket/metering')).stderr).toMatch(
      /--out: files of records are kept in a folder: expected a folder of this machine/,
    );
    const nothing = await sink('resolve', 'aws', 'ts-none', '--as', 'sent');
    expect([nothing.code, nothing.stderr]).toEqual([66, expect.stringContaining('no record of this id waits')]);
    const nobody = await sink('send', 'sap');
    expect([nobody.code, nobody.stderr]).toEqual([
      64,
      expect.stringContaining('expected one of stripe, aws, got "sap"'),
    ]);
  });

  async function usageOf(meter: string, until: string): Promise<ReadonlyMap<string, string>> {
    const sums = new Map<string, string>();
    for (const tenant of ['acme', 'bluenote']) {
      const flags = ['--lake', lake, '--config', join(sim, 'tenantscope.yaml'), '--param', `tenant_id=${tenant}`];
      const window = ['--since', '2026-11-01', '--until', until.replace('Z', ':00Z'), '--json'];
      const { rows } = JSON.parse(await tenantscopeOk(['report', 'run', 'tenant-usage-by-hour', ...window, ...flags]));
      const own = (rows as string[][]).filter(([, service, of]) => service === 'DynamoDB' && of === meter);
      const sum = own.reduce((total, row) => total.plus(row[4] ?? ''), new Big(0));
      sums.set(tenant, sum.toFixed());
    }
    return sums;
  }
});
