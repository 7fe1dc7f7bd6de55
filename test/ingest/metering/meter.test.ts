import { execFileSync } from 'node:child_process';
import { DynamoDBClient, GetItemCommand } from '@aws-sdk/client-dynamodb';
import { KinesisClient } from '@aws-sdk/client-kinesis';
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from 'vitest';
import { currentTenant, type MeteredCall, meter, runWithTenant } from '../../../ingest/metering/index.js';
import { startCannedServer } from './cannedServer.js';

const get = new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'x' } } });
let server: Awaited<ReturnType<typeof startCannedServer>>;
let lines: string[] = [];
const sink = (line: string): void => {
  lines.push(line);
};
const call = (line: string | undefined): MeteredCall =>
  (JSON.parse(line ?? '{}') as { metering: MeteredCall }).metering;

beforeAll(async () => {
  server = await startCannedServer(() => ({
    status: 200,
    body: { Item: { id: { S: 'x' } }, ConsumedCapacity: { TableName: 'orders', CapacityUnits: 0.5 } },
  }));
});
afterAll(() => server.stop());
beforeEach(() => {
  lines = [];
});

describe('meter', () => {
  it("keeps the client's type, and returns the same client", () => {
    const client = new DynamoDBClient(server.settings);
    const metered = meter(client, { sink });
    expect(metered).toBe(client);
    expectTypeOf(metered).toEqualTypeOf<DynamoDBClient>();
  });

  it('prints one line of JSON: time of the end, service, operation, tenant, usage, duration', async () => {
    let now = 1_000;
    const client = meter(new DynamoDBClient(server.settings), {
      tenant: 'acme',
      sink,
      clock: () => {
        now += 5;
        return now;
      },
    });
    await client.send(get);
    expect(lines).toEqual([
      '{"time":"1970-01-01T00:00:01.015Z","metering":{"v":1,"service":"DynamoDB","operation":"GetItem","tenant_id":"acme",' +
        '"usage":[{"resource":"orders","read_units":0.5,"requests":1}],"duration_ms":5}}',
    ]);
  });

  it('prefers the argument to the context, asks a function at each call, and names nobody outside both', async () => {
    const send = (options: Parameters<typeof meter>[1]): Promise<unknown> =>
      meter(new DynamoDBClient(server.settings), { sink, ...options }).send(get);
    await runWithTenant('context', () => send({ tenant: 'argument' }));
    await runWithTenant('context', () => send({ tenant: () => `${currentTenant()}-asked` }));
    await runWithTenant('context', () => send({}));
    await send({});
    expect(lines.map((line) => call(line).tenant_id)).toEqual(['argument', 'context-asked', 'context', undefined]);
  });

  it('prints one line however often the client is metered', async () => {
    const client = new DynamoDBClient(server.settings);
    meter(client, { tenant: 'first', sink });
    await meter(client, { tenant: 'second', sink }).send(get);
    expect(lines.map((line) => call(line).tenant_id)).toEqual(['second']);
  });

  it.each([
    ['a sink that throws', { sink: () => broken() }],
    ['a sink that rejects', { sink: async () => broken() }],
    ['a tenant that throws', { tenant: () => broken(), sink }],
    ['a clock that throws', { clock: () => broken(), sink }],
  ])('never lets the application see %s', async (_name, options) => {
    const errors: unknown[] = [];
    const onError = (error: unknown): void => {
      errors.push(error);
      throw new Error('broken handler');
    };
    const client = meter(new DynamoDBClient(server.settings), { ...options, onError });
    const { Item } = await client.send(get);
    expect(Item).toEqual({ id: { S: 'x' } });
    await new Promise((resolve) => setImmediate(resolve));
    expect(errors.length).toBeGreaterThan(0);
  });

  it('leaves a client it does not know unmetered, and says so', () => {
    const errors: unknown[] = [];
    const client = new KinesisClient(server.settings);
    expect(meter(client, { onError: (error) => errors.push(error) })).toBe(client);
    expect(String(errors[0])).toContain('does not know the service Kinesis');
  });
});

describe('the built package', () => {
  it('loads as a module and by require, and both see one tenant context', () => {
    const script = `
      const { createRequire } = await import('node:module');
      const esm = await import('@tenantscope/metering');
      const cjs = createRequire(process.cwd() + '/x.js')('@tenantscope/metering');
      const names = (module) => Object.keys(module).filter((name) => name !== '__esModule' && name !== 'default').sort();
      console.log(JSON.stringify([names(esm), names(cjs), esm.runWithTenant('acme', () => cjs.currentTenant())]));
    `;
    const printed = execFileSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
    const [esm, cjs, tenant] = JSON.parse(printed) as [string[], string[], string];
    expect(esm).toEqual(['currentTenant', 'firehoseSink', 'kinesisSink', 'meter', 'runWithTenant', 'stdoutSink']);
    expect(cjs).toEqual(esm);
    expect(tenant).toBe('acme');
  });
});

function broken(): never {
  throw new Error('broken');
}
