import type { CallUsage } from '../MeteredCall.js';
import { type ServiceReader, textOf } from './ServiceReader.js';

const FREE = /^(Delete|AbortMultipartUpload)/;
const TIER1 = /^(Put|Copy|Post|Create|Complete|UploadPart|List|Restore)/;
const BODY = /^(PutObject|UploadPart)$/;

/**
 * S3: requests by price class (tier 1: PUT, COPY, POST, LIST; tier 2: GET, SELECT and all others; deletes and aborts are
 * free), bytes sent and bytes of objects handed out. A streamed object is counted with the length S3 announced, also
 * when the application stops reading early.
 */
export const s3Reader: ServiceReader = {
  service: 'S3',
  read: (operation, input, output, { requestBytes }) => {
    const request = FREE.test(operation)
      ? 'delete_requests'
      : TIER1.test(operation)
        ? 'tier1_requests'
        : 'tier2_requests';
    const usage: Record<string, string | number> = { resource: bucketOf(textOf(input.Bucket)), [request]: 1 };
    if (output === undefined) return [usage as CallUsage];
    if (BODY.test(operation)) usage.bytes_in = requestBytes;
    if (operation === 'GetObject' && typeof output.ContentLength === 'number') usage.bytes_out = output.ContentLength;
    return [usage as CallUsage];
  },
};

/** The bucket's name, or the access point's when it is given by ARN. */
function bucketOf(bucket: string): string {
  return /^arn:/.test(bucket) ? (bucket.split(/[:/]/).at(-1) ?? bucket) : bucket;
}
