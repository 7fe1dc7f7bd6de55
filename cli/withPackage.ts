import { withFetchedPackage } from '../billing/index.js';
import { parseS3Url } from '../model/index.js';

/**
 * Does something with a package in a local folder; one at `s3://bucket/prefix/…/version=NNNN` is fetched into a temporary one
 * first. Throws as `withFetchedPackage`.
 *
 * @param wanted which files beside the manifest; all when absent
 */
export async function withPackage<T>(
  place: string,
  work: (folder: string) => Promise<T>,
  wanted?: (name: string) => boolean,
): Promise<T> {
  if (!place.startsWith('s3://')) return work(place);
  const { S3Client } = await import('@aws-sdk/client-s3');
  const client = new S3Client({});
  return withFetchedPackage({ client, ...parseS3Url(place) }, work, wanted).finally(() => client.destroy());
}
