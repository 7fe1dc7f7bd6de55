import { AppError, messageOf } from '../../model/index.js';

const DENIED: ReadonlySet<string> = new Set([
  'AccessDenied',
  'AllAccessDisabled',
  'CredentialsProviderError',
  'ExpiredToken',
  'InvalidAccessKeyId',
  'SignatureDoesNotMatch',
]);

/** The HTTP status of an AWS client's error, or undefined. */
export function statusOf(error: unknown): number | undefined {
  const metadata = (error as { readonly $metadata?: { readonly httpStatusCode?: number } } | null)?.$metadata;
  return metadata?.httpStatusCode;
}

/** What a failed call to S3 means for whoever asked: PERMISSION_DENIED, LAKE_NOT_FOUND for a bucket that is not there, or the code given. */
export function s3Failure(error: unknown, code: 'READ_FAILED' | 'WRITE_FAILED', place: string): AppError {
  if (error instanceof AppError) return error;
  const name = error instanceof Error ? error.name : '';
  const details = { where: place, got: `${name}: ${messageOf(error).slice(0, 200)}`, cause: error };
  if (DENIED.has(name) || statusOf(error) === 403) {
    return new AppError('PERMISSION_DENIED', 'S3 refused the call', {
      ...details,
      hint: 'the role needs s3:ListBucket on the bucket, s3:GetObject and s3:PutObject below this place, and the use of its KMS key',
    });
  }
  if (name === 'NoSuchBucket') return new AppError('LAKE_NOT_FOUND', 'there is no such bucket', details);
  return new AppError(code, `S3 could not be ${code === 'READ_FAILED' ? 'read' : 'written'}`, details);
}
