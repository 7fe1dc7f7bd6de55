import {
  DeleteObjectsCommand,
  GetObjectLegalHoldCommand,
  GetObjectRetentionCommand,
  ListObjectVersionsCommand,
  type ListObjectVersionsCommandOutput,
  type S3Client,
} from '@aws-sdk/client-s3';
import { AppError, messageOf } from '../../../model/index.js';
import type { RemovedVersions, VersionedStore } from './ErasurePorts.js';

/** Versions one call removes, at most (S3's limit). */
const AT_ONCE = 1000;

interface Version {
  readonly key: string;
  readonly version: string;
  readonly bytes: number;
}

/**
 * A lake's prefix in a bucket, all versions of whose objects can be removed. A removal that only writes delete markers would
 * keep every byte. Versions under Object Lock stay, and are told with the date until which they do. Throws READ_FAILED,
 * WRITE_FAILED, PERMISSION_DENIED.
 *
 * @param prefix of the lake, without a slash at its end; empty for the whole bucket
 */
export function s3Versions(client: Pick<S3Client, 'send'>, bucket: string, prefix: string): VersionedStore {
  const name = prefix === '' ? `s3://${bucket}` : `s3://${bucket}/${prefix}`;
  return {
    name,
    remove: async (folder, dryRun) => {
      const removed = { versions: 0, bytes: 0, locked: [] as RemovedVersions['locked'][number][] };
      const start = prefix === '' ? folder : `${prefix}/${folder}`;
      for await (const page of versionsUnder(client, bucket, start)) {
        const gone = dryRun ? page : await removePage(client, bucket, page);
        removed.versions += gone.length;
        removed.bytes += gone.reduce((sum, { bytes }) => sum + bytes, 0);
        for (const left of page.filter((version) => !gone.includes(version)))
          removed.locked.push(await lockOf(client, bucket, left));
      }
      return removed;
    },
  };
}

async function* versionsUnder(
  client: Pick<S3Client, 'send'>,
  bucket: string,
  prefix: string,
): AsyncGenerator<readonly Version[]> {
  let key: string | undefined;
  let version: string | undefined;
  for (;;) {
    let page: ListObjectVersionsCommandOutput;
    try {
      page = await client.send(
        new ListObjectVersionsCommand({ Bucket: bucket, Prefix: prefix, KeyMarker: key, VersionIdMarker: version }),
      );
    } catch (error) {
      throw failed('READ_FAILED', 'the versions in a bucket cannot be listed', `s3://${bucket}/${prefix}`, error);
    }
    // A marker is a version too: left behind, it would still name the tenant.
    const all = [...(page.Versions ?? []), ...(page.DeleteMarkers ?? [])];
    const found = all.flatMap((entry): Version[] => {
      if (entry.Key === undefined) return [];
      return [
        { key: entry.Key, version: entry.VersionId ?? 'null', bytes: 'Size' in entry ? Number(entry.Size ?? 0) : 0 },
      ];
    });
    for (let first = 0; first < found.length; first += AT_ONCE) yield found.slice(first, first + AT_ONCE);
    if (page.IsTruncated !== true) return;
    key = page.NextKeyMarker;
    version = page.NextVersionIdMarker;
  }
}

/** Removes what can be; the answer tells of each version by itself. Those that are not removed are under a lock. */
async function removePage(
  client: Pick<S3Client, 'send'>,
  bucket: string,
  page: readonly Version[],
): Promise<readonly Version[]> {
  if (page.length === 0) return [];
  const answer = await client
    .send(
      new DeleteObjectsCommand({
        Bucket: bucket,
        Delete: { Objects: page.map(({ key, version }) => ({ Key: key, VersionId: version })), Quiet: true },
      }),
    )
    .catch((error: unknown) => {
      throw failed('WRITE_FAILED', 'versions in a bucket cannot be removed', `s3://${bucket}/${page[0]?.key}`, error);
    });
  const refused = answer.Errors ?? [];
  const other = refused.find(({ Code }) => Code !== 'AccessDenied');
  if (other !== undefined)
    throw new AppError('WRITE_FAILED', 'a version in a bucket cannot be removed', {
      where: `s3://${bucket}/${other.Key} (${other.VersionId})`,
      got: `${other.Code}: ${other.Message}`,
      hint: 'run the same command again: what is removed is not removed twice',
    });
  return page.filter(({ key, version }) => !refused.some((error) => error.Key === key && error.VersionId === version));
}

/** Until when a refused version is locked. Throws PERMISSION_DENIED when nothing locks it: then the caller may not remove it. */
async function lockOf(
  client: Pick<S3Client, 'send'>,
  bucket: string,
  { key, version }: Version,
): Promise<RemovedVersions['locked'][number]> {
  const place = { Bucket: bucket, Key: key, VersionId: version };
  const retention = await client.send(new GetObjectRetentionCommand(place)).catch(() => undefined);
  const until = retention?.Retention?.RetainUntilDate;
  if (until !== undefined) return { key, version, until: until.toISOString() };
  const hold = await client.send(new GetObjectLegalHoldCommand(place)).catch(() => undefined);
  if (hold?.LegalHold?.Status === 'ON') return { key, version, until: undefined };
  throw new AppError('PERMISSION_DENIED', 'a version in a bucket may not be removed', {
    where: `s3://${bucket}/${key} (${version})`,
    expected: 's3:DeleteObjectVersion, or a lock that says until when it stays',
    got: 'AccessDenied',
  });
}

function failed(code: 'READ_FAILED' | 'WRITE_FAILED', summary: string, where: string, cause: unknown): AppError {
  const denied = cause instanceof Error && cause.name === 'AccessDenied';
  return new AppError(denied ? 'PERMISSION_DENIED' : code, summary, { where, got: messageOf(cause), cause });
}
