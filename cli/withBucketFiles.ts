import { mkdtemp, rm } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { AppError, parseS3Url } from '../model/index.js';
import { holdLease, KnownLog, type LakeFiles, s3Files, s3Store } from '../queries/index.js';
import type { CliContext } from './CliContext.js';

/** Where it stands in the bucket who maintains it. */
const LEASE_KEY = 'ledger/maintenance.json';

/** How long a run that was killed keeps others out, at most, milliseconds. */
const LEASE_MS = 120_000;

/** True of a lake that lies in a bucket. */
export function isBucket(lake: string): boolean {
  return lake.startsWith('s3://');
}

/**
 * Maintains the files of a lake in a bucket, whose log it knows in short, one run at a time unless it only looks; the files it works on
 * lie in a folder of this machine meanwhile. Throws LAKE_NOT_FOUND when nothing was ever booked there, LAKE_BUSY.
 */
export async function withBucketFiles<T>(
  url: string,
  context: CliContext,
  { dryRun }: { readonly dryRun: boolean },
  work: (files: LakeFiles, log: KnownLog) => Promise<T>,
): Promise<T> {
  const { S3Client } = await import('@aws-sdk/client-s3');
  const place = { client: new S3Client({}), ...parseS3Url(url) };
  const scratch = await mkdtemp(join(tmpdir(), 'tenantscope-lake-'));
  const files = s3Files({ ...place, scratch });
  try {
    const log = await KnownLog.open(s3Store(place), { journal: false });
    if (log.length === 0) {
      throw new AppError('LAKE_NOT_FOUND', 'nothing was booked of a lake in this place', {
        expected: 's3://bucket/prefix, below which events/ and ledger/manifests/ lie',
        got: url,
        hint: 'check the path given to --lake; tenantscope ledger build --engine athena books it',
      });
    }
    if (dryRun) return await work(files, log);
    const lease = {
      store: s3Store(place),
      key: LEASE_KEY,
      owner: `${hostname()} ${process.pid}`,
      doing: 'maintaining this lake',
      ttlMs: LEASE_MS,
      clock: context.clock,
      sleep: (ms: number, signal: AbortSignal) => sleep(ms, undefined, { signal }).catch(() => undefined),
    };
    return await holdLease(lease, () => work(files, log));
  } finally {
    await rm(scratch, { recursive: true, force: true });
    place.client.destroy();
  }
}
