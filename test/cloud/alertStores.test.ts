import { CreateTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { dynamoStore } from '../../queries/store/dynamoStore.js';
import { s3Store } from '../../queries/store/s3Store.js';
import { deliveryStoreContract } from '../alerts/deliveries/deliveryStoreContract.js';
import { policyStoreContract } from '../alerts/state/policyStoreContract.js';
import { stateTable } from '../queries/store/stateTable.js';
import { storeContract } from '../queries/store/storeContract.js';
import { seaweedClient } from './startSeaweed.js';

const seaweed = inject('seaweed');
const miniStack = inject('miniStack');

describe.skipIf('missing' in seaweed)('on a real S3 server', () => {
  const client = new S3Client('missing' in seaweed ? {} : seaweedClient(seaweed));
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'alert-stores' }));
  });
  afterAll(() => client.destroy());
  const open = (place: string) => s3Store({ client, bucket: 'alert-stores', prefix: `lakes/${place}` });

  deliveryStoreContract('SeaweedFS', open);
  policyStoreContract('SeaweedFS', open);
});

describe.skipIf('missing' in miniStack)('on a local AWS', () => {
  const client = new DynamoDBClient(
    'missing' in miniStack
      ? {}
      : { endpoint: miniStack.endpoint, region: miniStack.region, credentials: miniStack.credentials },
  );
  beforeAll(async () => {
    await client.send(new CreateTableCommand(stateTable('alert-stores')));
  });
  afterAll(() => client.destroy());
  const open = (place: string) => dynamoStore({ client, table: 'alert-stores', prefix: `lakes/${place}` });

  // 20: the proof that numbers are given once is made in memory and on S3; here it is the conditional writes.
  storeContract('MiniStack', open, 20);
  deliveryStoreContract('MiniStack', open);
  policyStoreContract('MiniStack', open);
});
