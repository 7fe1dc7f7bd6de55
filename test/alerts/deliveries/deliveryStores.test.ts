import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CreateTableCommand, type DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { afterAll, beforeAll } from 'vitest';
import { localStore } from '../../../queries/index.js';
import { dynamoStore } from '../../../queries/store/dynamoStore.js';
import { s3Store } from '../../../queries/store/s3Store.js';
import { type Emulator, startDynalite } from '../../emulators.js';
import { type FakeS3, startFakeS3 } from '../../queries/store/fakeS3.js';
import { stateTable } from '../../queries/store/stateTable.js';
import { policyStoreContract } from '../state/policyStoreContract.js';
import { deliveryStoreContract } from './deliveryStoreContract.js';
import { memoryStore } from './memoryStore.js';

const root = mkdtempSync(join(tmpdir(), 'delivery-stores-'));
let dynamo: Emulator<DynamoDBClient>;
let s3: FakeS3;
beforeAll(async () => {
  s3 = await startFakeS3();
  dynamo = await startDynalite();
  await dynamo.client().send(new CreateTableCommand(stateTable('alerts')));
});
afterAll(async () => {
  await s3.stop();
  await dynamo.stop();
  rmSync(root, { recursive: true, force: true });
});

const folder = (place: string) => localStore(join(root, place));
const table = (prefix: string) => dynamoStore({ client: dynamo.client(), table: 'alerts', prefix });
// Against real servers the same is run in test/cloud.
const bucket = (prefix: string) => s3Store({ client: s3.client(), bucket: 'lake', prefix });

deliveryStoreContract('memory', () => memoryStore());
deliveryStoreContract('a folder', folder);
deliveryStoreContract('a table', table);
deliveryStoreContract('a bucket', bucket);
policyStoreContract('a folder', folder);
policyStoreContract('a table', table);
policyStoreContract('a bucket', bucket);
