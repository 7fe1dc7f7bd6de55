import { randomBytes } from 'node:crypto';
import { CreateTableCommand, type DynamoDBClient, ScanCommand } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { dynamoStore } from '../../../queries/store/dynamoStore.js';
import { type Emulator, startDynalite } from '../../emulators.js';
import { storeContract } from './storeContract.js';

let dynamo: Emulator<DynamoDBClient>;
let client: DynamoDBClient;
beforeAll(async () => {
  dynamo = await startDynalite();
  client = dynamo.client();
  await createTable('state');
});
afterAll(() => dynamo.stop());

async function createTable(table: string): Promise<void> {
  await client.send(
    new CreateTableCommand({
      TableName: table,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: [
        { AttributeName: 'folder', AttributeType: 'S' },
        { AttributeName: 'name', AttributeType: 'S' },
      ],
      KeySchema: [
        { AttributeName: 'folder', KeyType: 'HASH' },
        { AttributeName: 'name', KeyType: 'RANGE' },
      ],
    }),
  );
}

storeContract('a table', (place) => dynamoStore({ client, table: 'state', prefix: place }), 20);

describe('a table', () => {
  const long = (): string => randomBytes(700_000).toString('base64');
  const items = async (): Promise<number> =>
    (await client.send(new ScanCommand({ TableName: 'parts', Select: 'COUNT' }))).Count ?? 0;

  it('keeps texts longer than an item may be, and no part of what was replaced or refused', async () => {
    await createTable('parts');
    const store = dynamoStore({ client, table: 'parts' });
    const [one, two] = [long(), long()];
    const first = await store.writeCell('alerts/state.json', one, undefined);
    expect((await store.readCell('alerts/state.json'))?.text).toBe(one);
    const count = await items();
    expect(count).toBeGreaterThan(2);
    const second = await store.writeCell('alerts/state.json', two, first);
    expect(await store.writeCell('alerts/state.json', long(), first)).toBeUndefined();
    expect(await store.readCell('alerts/state.json')).toEqual(second);
    expect(await items()).toBe(count);
    await store.writeCell('alerts/state.json', 'short', second);
    expect(await items()).toBe(1);
    expect(await store.list('alerts')).toEqual(['state.json']);
  });

  it('says what is missing', async () => {
    await expect(dynamoStore({ client, table: 'none' }).read('x')).rejects.toMatchObject({
      code: 'READ_FAILED',
      details: { where: 'dynamodb://none/x', hint: expect.stringContaining('partition key folder') },
    });
  });
});
