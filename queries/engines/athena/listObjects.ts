import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import type { DataFile, ViewRead } from '../DataFile.js';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';
import type { S3Place } from './tablePlace.js';

/** Objects below a table's root that Athena reads. With a tenant, only its partitions of these dates are listed. */
export async function listObjects(
  session: AthenaSession,
  root: S3Place,
  { tenant, dates }: { readonly tenant?: string; readonly dates?: ViewRead['dates'] },
): Promise<readonly DataFile[]> {
  const prefix = tenant === undefined ? root.key : `${root.key}tenant_id=${tenant}/dt=`;
  const files: DataFile[] = [];
  let token: string | undefined;
  do {
    const command = new ListObjectsV2Command({
      Bucket: root.bucket,
      Prefix: prefix,
      // Keys come in their order, and those of the first date sort behind its name.
      ...(tenant === undefined || dates === undefined ? {} : { StartAfter: `${prefix}${dates.first}` }),
      ...(token === undefined ? {} : { ContinuationToken: token }),
    });
    const page = await sendPatiently(session, () => session.s3.send(command, { abortSignal: session.guard.signal }));
    for (const { Key: key = '', Size: bytes = 0 } of page.Contents ?? []) {
      const path = key.slice(root.key.length);
      const dt = /(?:^|\/)dt=([^/]+)\//.exec(path)?.[1];
      if (tenant !== undefined && dates !== undefined && dt !== undefined && dt > dates.last) return files;
      const asked = dates === undefined || dt === undefined || (dt >= dates.first && dt <= dates.last);
      if (asked && bytes > 0 && isData(path)) files.push({ path: `s3://${root.bucket}/${key}`, bytes });
    }
    token = page.NextContinuationToken;
  } while (token !== undefined);
  return files;
}

/** Athena passes over files and folders whose names begin with `_` or a dot; those of tenants begin with `tenant_id=`. */
function isData(path: string): boolean {
  return path.split('/').every((part) => part !== '' && !/^[_.]/.test(part));
}
