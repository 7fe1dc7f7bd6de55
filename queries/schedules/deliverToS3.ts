import { GetObjectCommand, PutObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { messageOf, type ReportTarget } from '../../model/index.js';
import { type Deliverer, type Delivery, DeliveryProblem } from './Delivery.js';

/** Puts reports into a bucket, by one conditional write. An object of the same key and other content is never replaced. */
export function s3Deliverer(client: S3Client): Deliverer {
  return {
    repeatable: true,
    async deliver(target: ReportTarget, delivery: Delivery): Promise<void> {
      const [, bucket = '', prefix = ''] = /^s3:\/\/([^/]+)\/(.*)$/.exec('s3' in target ? target.s3 : '') ?? [];
      const place = { Bucket: bucket, Key: `${prefix}${delivery.fileName}` };
      try {
        await client.send(
          new PutObjectCommand({
            ...place,
            Body: delivery.content,
            ContentType: delivery.contentType,
            IfNoneMatch: '*',
          }),
        );
      } catch (error) {
        if (statusOf(error) !== 412) throw problem(place, error);
        const there = await client
          .send(new GetObjectCommand(place))
          .catch((cause: unknown) => Promise.reject(problem(place, cause)));
        const bytes = (await there.Body?.transformToByteArray()) ?? new Uint8Array();
        if (!Buffer.from(bytes).equals(delivery.content)) {
          throw new DeliveryProblem(
            'failed',
            `s3://${bucket}/${place.Key} is there with other content, and is left as it is`,
          );
        }
      }
    },
  };
}

/** The HTTP status of an AWS error; undefined when no answer came. */
export function statusOf(error: unknown): number | undefined {
  const metadata = typeof error === 'object' && error !== null && '$metadata' in error ? error.$metadata : undefined;
  const status =
    typeof metadata === 'object' && metadata !== null && 'httpStatusCode' in metadata
      ? metadata.httpStatusCode
      : undefined;
  return typeof status === 'number' ? status : undefined;
}

function problem({ Bucket, Key }: { readonly Bucket: string; readonly Key: string }, error: unknown): DeliveryProblem {
  const status = statusOf(error);
  // 409: another conditional write is under way; the others may pass.
  const again = status === undefined || status === 409 || status === 429 || status >= 500;
  return new DeliveryProblem(again ? 'again' : 'failed', `s3://${Bucket}/${Key}: ${messageOf(error)}`, error);
}
