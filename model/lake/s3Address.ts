import { AppError } from '../errors/AppError.js';

/** A place in S3. */
export interface S3Address {
  readonly bucket: string;
  /** What its keys begin with, as it was written: with or without a slash at its end; empty for the whole bucket. */
  readonly prefix: string;
}

/** `s3://bucket/prefix` in its parts. Throws INPUT_NOT_FOUND when no bucket is named. */
export function parseS3Url(url: string): S3Address {
  const match = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/.exec(url);
  if (match === null)
    throw new AppError('INPUT_NOT_FOUND', 'not an S3 address', { expected: 's3://bucket/prefix', got: url });
  return { bucket: match[1] ?? '', prefix: match[2] ?? '' };
}
