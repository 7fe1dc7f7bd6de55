import { type ExportHome, localHome, s3Home } from '../billing/index.js';
import { parseS3Url } from '../model/index.js';
import type { CliContext } from './CliContext.js';

/** Where `--out` has billing exports kept: a folder, or `s3://bucket/prefix` with credentials of AWS's own chain. */
export async function exportHome(out: string, context: CliContext): Promise<ExportHome> {
  if (!out.startsWith('s3://')) return localHome(out);
  const { S3Client } = await import('@aws-sdk/client-s3');
  return s3Home({ client: new S3Client({}), ...parseS3Url(out), clock: context.clock });
}
