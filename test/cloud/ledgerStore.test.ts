import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, inject } from 'vitest';
import { s3Store } from '../../queries/store/s3Store.js';
import { storeContract } from '../queries/store/storeContract.js';
import { seaweedClient } from './startSeaweed.js';

const seaweed = inject('seaweed');

describe.skipIf('missing' in seaweed)('on a real S3 server', () => {
  const client = new S3Client('missing' in seaweed ? {} : seaweedClient(seaweed));
  beforeAll(async () => {
    await client.send(new CreateBucketCommand({ Bucket: 'ledger-store' }));
  });
  afterAll(() => client.destroy());

  storeContract('SeaweedFS', (place) => s3Store({ client, bucket: 'ledger-store', prefix: `lakes/${place}` }));
});
