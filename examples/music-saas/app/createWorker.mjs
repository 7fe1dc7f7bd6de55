import { UpdateItemCommand } from '@aws-sdk/client-dynamodb';
import { GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { kinesisSink, meter, runWithTenant } from '@tenantscope/metering';
import { BUCKET, SONGS } from './tables.mjs';

/** The pod the worker runs in. On a cluster the downward API says so in the environment, and this is not needed. */
const POD = { namespace: 'media', pod: 'media-worker-1', podUid: 'uid-media-worker-1', container: 'worker' };

/**
 * The media worker: one for all tenants. It reads an uploaded track, writes a preview, and notes that in the catalogue. Whose
 * work it is comes from the job, by `runWithTenant`; its lines go straight to the platform's stream, where alone a service of
 * a shared namespace is believed when it names a tenant.
 *
 * `stream` is the `Kinesis` client of @aws-sdk/client-kinesis, or what stands in for it.
 */
export function createWorker({ dynamo, s3, stream, clock }) {
  const sink = kinesisSink({ client: stream, streamName: 'tenantscope-platform', identity: POD, clock });
  const catalogue = meter(dynamo, { sink, clock });
  const objects = meter(s3, { sink, clock });

  const work = async ({ tenant, song, key }) => {
    const track = await objects.send(new GetObjectCommand({ Bucket: BUCKET, Key: key }));
    const bytes = await track.Body.transformToByteArray();
    const preview = bytes.subarray(0, Math.ceil(bytes.length / 10));
    await objects.send(new PutObjectCommand({ Bucket: BUCKET, Key: `${tenant}/previews/${song}`, Body: preview }));
    await catalogue.send(
      new UpdateItemCommand({
        TableName: SONGS,
        Key: { artist: { S: `${tenant}#uploads` }, song: { S: song } },
        UpdateExpression: 'set preview = :yes',
        ExpressionAttributeValues: { ':yes': { BOOL: true } },
      }),
    );
  };
  return {
    handle: (job) => runWithTenant(job.tenant, () => work(job)),
    flush: () => sink.flush(),
    close: () => sink.close(),
  };
}
