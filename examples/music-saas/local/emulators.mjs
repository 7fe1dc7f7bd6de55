import { mkdir } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { DynamoDBClient } from '@aws-sdk/client-dynamodb';
import { S3Client } from '@aws-sdk/client-s3';
import { NodeHttpHandler } from '@smithy/node-http-handler';

const require = createRequire(import.meta.url);
const REGION = 'us-east-1';

/** DynamoDB and S3 from npm, on the loopback address. Every call makes a client of its own, as every pod would have. */
export async function startEmulators({ folder, bucket }) {
  const dynalite = require('dynalite')({ createTableMs: 0, updateTableMs: 0, deleteTableMs: 0 });
  await new Promise((resolve) => dynalite.listen(0, '127.0.0.1', resolve));

  const S3rver = require('s3rver');
  await mkdir(folder, { recursive: true });
  const buckets = [{ name: bucket }];
  const s3rver = new S3rver({
    address: '127.0.0.1',
    port: 0,
    silent: true,
    directory: folder,
    configureBuckets: buckets,
  });
  const { port } = await s3rver.run();

  return {
    dynamo: () =>
      new DynamoDBClient({
        endpoint: `http://127.0.0.1:${dynalite.address().port}`,
        region: REGION,
        credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
        requestHandler: new NodeHttpHandler(),
      }),
    s3: () =>
      new S3Client({
        endpoint: `http://127.0.0.1:${port}`,
        region: REGION,
        forcePathStyle: true,
        credentials: { accessKeyId: 'S3RVER', secretAccessKey: 'S3RVER' },
      }),
    stop: async () => {
      dynalite.closeAllConnections();
      await new Promise((resolve) => dynalite.close(resolve));
      await s3rver.close();
    },
  };
}
