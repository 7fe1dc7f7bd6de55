import {
  BatchGetItemCommand,
  BatchWriteItemCommand,
  ConditionalCheckFailedException,
  CreateTableCommand,
  DynamoDBClient,
  ExecuteStatementCommand,
  GetItemCommand,
  ProvisionedThroughputExceededException,
  PutItemCommand,
  QueryCommand,
  TransactWriteItemsCommand,
} from '@aws-sdk/client-dynamodb';
import { DynamoDBDocumentClient, GetCommand, PutCommand, paginateQuery } from '@aws-sdk/lib-dynamodb';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type MeteredCall, meter, runWithTenant } from '../../../ingest/metering/index.js';
import { type Emulator, startDynalite } from '../../emulators.js';
import { startCannedServer } from './cannedServer.js';

let emulator: Emulator<DynamoDBClient>;
let lines: string[] = [];
const sink = (line: string): void => {
  lines.push(line);
};
const calls = (): MeteredCall[] => lines.map((line) => (JSON.parse(line) as { metering: MeteredCall }).metering);

beforeAll(async () => {
  emulator = await startDynalite();
  const client = emulator.client();
  await client.send(
    new CreateTableCommand({
      TableName: 'orders',
      BillingMode: 'PAY_PER_REQUEST',
      KeySchema: [{ AttributeName: 'id', KeyType: 'HASH' }],
      AttributeDefinitions: [
        { AttributeName: 'id', AttributeType: 'S' },
        { AttributeName: 'day', AttributeType: 'S' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'by-day',
          KeySchema: [{ AttributeName: 'day', KeyType: 'HASH' }],
          Projection: { ProjectionType: 'ALL' },
        },
      ],
    }),
  );
});
afterAll(() => emulator.stop());
beforeEach(() => {
  lines = [];
});

describe('a metered DynamoDB client against a server', () => {
  it('prints the units the server returns, per table and index, and gives the caller what it would get without', async () => {
    const metered = meter(emulator.client(), { tenant: 'acme', sink });
    const plain = emulator.client();
    const item = { id: { S: 'o-1' }, day: { S: '2026-11-24' }, blob: { S: 'x'.repeat(1500) } };
    const put = await metered.send(new PutItemCommand({ TableName: 'orders', Item: item }));
    expect(put).not.toHaveProperty('ConsumedCapacity');
    const query = {
      TableName: 'orders',
      IndexName: 'by-day',
      KeyConditionExpression: '#day = :day',
      ExpressionAttributeNames: { '#day': 'day' },
      ExpressionAttributeValues: { ':day': { S: '2026-11-24' } },
    };
    const seen = await metered.send(new QueryCommand(query));
    const { $metadata: _a, ...want } = await plain.send(new QueryCommand(query));
    const { $metadata: _b, ...got } = seen;
    expect(got).toEqual(want);
    const returned = await plain.send(new QueryCommand({ ...query, ReturnConsumedCapacity: 'INDEXES' }));
    const inIndex = returned.ConsumedCapacity?.GlobalSecondaryIndexes?.['by-day']?.CapacityUnits;
    expect(inIndex).toBeGreaterThan(0);
    const [write, read] = calls();
    expect(write).toMatchObject({ v: 1, service: 'DynamoDB', operation: 'PutItem', tenant_id: 'acme' });
    // This server counts an item on its table only.
    expect(write?.usage).toEqual([{ resource: 'orders', write_units: 2, requests: 1 }]);
    expect(read?.usage).toContainEqual({ resource: 'orders/index/by-day', read_units: inIndex });
    expect(read?.usage.find(({ resource }) => resource === 'orders')).toMatchObject({ requests: 1 });
  });

  it('leaves ConsumedCapacity to a caller that asked for it', async () => {
    const metered = meter(emulator.client(), { tenant: 'acme', sink });
    const got = await metered.send(
      new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'o-1' } }, ReturnConsumedCapacity: 'TOTAL' }),
    );
    expect(got.ConsumedCapacity?.CapacityUnits).toBe(0.5);
    expect(calls()[0]?.usage).toEqual([{ resource: 'orders', read_units: 0.5, requests: 1 }]);
  });

  it('treats NONE as not asked', async () => {
    const metered = meter(emulator.client(), { tenant: 'acme', sink });
    const got = await metered.send(
      new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'o-1' } }, ReturnConsumedCapacity: 'NONE' }),
    );
    expect(got).not.toHaveProperty('ConsumedCapacity');
    expect(calls()[0]?.usage).toEqual([{ resource: 'orders', read_units: 0.5, requests: 1 }]);
  });

  it('meters batches, and leaves their answers alone', async () => {
    const metered = meter(emulator.client(), { tenant: 'acme', sink });
    const puts = Array.from({ length: 5 }, (_, n) => ({
      PutRequest: { Item: { id: { S: `b-${n}` }, day: { S: 'd' } } },
    }));
    const written = await metered.send(new BatchWriteItemCommand({ RequestItems: { orders: puts } }));
    expect(written.UnprocessedItems).toEqual({});
    const keys = puts.map(({ PutRequest }) => ({ id: PutRequest.Item.id }));
    const read = await metered.send(new BatchGetItemCommand({ RequestItems: { orders: { Keys: keys } } }));
    expect(read.Responses?.orders).toHaveLength(5);
    expect(read).not.toHaveProperty('ConsumedCapacity');
    const [write, get] = calls();
    const units = (call: MeteredCall | undefined, name: string): number =>
      (call?.usage ?? []).reduce((sum, entry) => sum + Number(entry[name] ?? 0), 0);
    expect(units(write, 'write_units')).toBe(5);
    expect(units(get, 'read_units')).toBe(2.5);
    expect(units(write, 'requests')).toBe(1);
  });

  it('meters a document client, and every page of a paginator', async () => {
    const documents = meter(DynamoDBDocumentClient.from(emulator.client()), { tenant: 'acme', sink });
    await documents.send(new PutCommand({ TableName: 'orders', Item: { id: 'doc', day: 'pages', n: 3 } }));
    const got = await documents.send(new GetCommand({ TableName: 'orders', Key: { id: 'doc' } }));
    expect(got.Item).toEqual({ id: 'doc', day: 'pages', n: 3 });
    expect(got).not.toHaveProperty('ConsumedCapacity');
    for (let n = 0; n < 3; n += 1)
      await documents.send(new PutCommand({ TableName: 'orders', Item: { id: `page-${n}`, day: 'pages' } }));
    lines = [];
    let items = 0;
    const pages = paginateQuery(
      { client: documents, pageSize: 2 },
      {
        TableName: 'orders',
        IndexName: 'by-day',
        KeyConditionExpression: '#d = :d',
        ExpressionAttributeNames: { '#d': 'day' },
        ExpressionAttributeValues: { ':d': 'pages' },
      },
    );
    let count = 0;
    for await (const page of pages) {
      items += page.Items?.length ?? 0;
      count += 1;
    }
    expect(items).toBe(4);
    expect(calls()).toHaveLength(count);
    expect(count).toBeGreaterThan(1);
  });

  it('counts the request of a failed condition, and hands the error through', async () => {
    const metered = meter(emulator.client(), { tenant: 'acme', sink });
    const failing = metered.send(
      new PutItemCommand({
        TableName: 'orders',
        Item: { id: { S: 'o-1' }, day: { S: 'd' } },
        ConditionExpression: 'attribute_not_exists(id)',
      }),
    );
    await expect(failing).rejects.toBeInstanceOf(ConditionalCheckFailedException);
    expect(calls()[0]).toMatchObject({
      operation: 'PutItem',
      error: 'ConditionalCheckFailedException',
      usage: [{ resource: 'orders', requests: 1 }],
    });
  });

  it('never crosses concurrent tenants', async () => {
    const metered = meter(emulator.client(), { sink });
    const tenants = Array.from({ length: 20 }, (_, n) => `tenant-${n}`);
    await Promise.all(
      tenants.map((tenant) =>
        runWithTenant(tenant, async () => {
          for (let n = 0; n < 5; n += 1) {
            await metered.send(
              new PutItemCommand({ TableName: 'orders', Item: { id: { S: `${tenant}/${n}` }, day: { S: tenant } } }),
            );
            await new Promise((resolve) => setTimeout(resolve, n % 3));
            const { Item } = await metered.send(
              new GetItemCommand({ TableName: 'orders', Key: { id: { S: `${tenant}/${n}` } } }),
            );
            expect(Item?.day?.S).toBe(tenant);
          }
        }),
      ),
    );
    const perTenant = new Map<string, number>();
    for (const { tenant_id = '' } of calls()) perTenant.set(tenant_id, (perTenant.get(tenant_id) ?? 0) + 1);
    expect(perTenant).toEqual(new Map(tenants.map((tenant) => [tenant, 10])));
  });
});

describe('a metered DynamoDB client against answers the emulator does not give', () => {
  it('prints reads and writes of a transaction, per table and index', async () => {
    const server = await startCannedServer(() => ({
      status: 200,
      body: {
        ConsumedCapacity: [
          {
            TableName: 'orders',
            CapacityUnits: 8,
            ReadCapacityUnits: 2,
            WriteCapacityUnits: 6,
            Table: { CapacityUnits: 6, ReadCapacityUnits: 2, WriteCapacityUnits: 4 },
            GlobalSecondaryIndexes: { 'by-day': { CapacityUnits: 2, ReadCapacityUnits: 0, WriteCapacityUnits: 2 } },
          },
          { TableName: 'arn:aws:dynamodb:eu-west-1:123456789012:table/audit', WriteCapacityUnits: 2 },
        ],
      },
    }));
    const client = meter(new DynamoDBClient(server.settings), { tenant: 'acme', sink });
    const Put = { TableName: 'orders', Item: { id: { S: 'x' } } };
    await client.send(new TransactWriteItemsCommand({ TransactItems: [{ Put }] }));
    expect(server.requests[0]).toMatchObject({ ReturnConsumedCapacity: 'INDEXES' });
    expect(calls()[0]?.usage).toEqual([
      { resource: 'orders', read_units: 2, write_units: 4, requests: 1 },
      { resource: 'orders/index/by-day', read_units: 0, write_units: 2 },
      { resource: 'audit', write_units: 2 },
    ]);
    await server.stop();
  });

  it('counts throttled attempts, also when the retry succeeds', async () => {
    let refuse = 2;
    const server = await startCannedServer(() =>
      refuse-- > 0
        ? { status: 400, body: { __type: 'com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException' } }
        : { status: 200, body: { ConsumedCapacity: { TableName: 'orders', CapacityUnits: 0.5 } } },
    );
    const client = meter(new DynamoDBClient(server.settings), { tenant: 'acme', sink });
    const get = new GetItemCommand({ TableName: 'orders', Key: { id: { S: 'x' } } });
    await client.send(get);
    expect(calls()[0]?.usage).toEqual([{ resource: 'orders', read_units: 0.5, requests: 1, throttled_requests: 2 }]);
    refuse = 100;
    await expect(client.send(get)).rejects.toBeInstanceOf(ProvisionedThroughputExceededException);
    expect(calls()[1]?.usage).toEqual([{ resource: 'orders', throttled_requests: 3 }]);
    await server.stop();
  });

  it('reads PartiQL by its first word', async () => {
    const server = await startCannedServer(() => ({
      status: 200,
      body: { ConsumedCapacity: { TableName: 'orders', CapacityUnits: 1 } },
    }));
    const client = meter(new DynamoDBClient(server.settings), { tenant: 'acme', sink });
    await client.send(new ExecuteStatementCommand({ Statement: ' select * from "orders"' }));
    await client.send(new ExecuteStatementCommand({ Statement: 'UPDATE "orders" SET a=1' }));
    expect(calls().map(({ usage }) => usage)).toEqual([
      [{ resource: 'orders', read_units: 1, requests: 1 }],
      [{ resource: 'orders', write_units: 1, requests: 1 }],
    ]);
    await server.stop();
  });
});
