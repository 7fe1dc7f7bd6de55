import { GetObjectCommand } from '@aws-sdk/client-s3';
import * as z from 'zod';
import { AppError, messageOf } from '../../../model/index.js';
import { parseExactJson } from '../trino/exactJson.js';
import type { AthenaSession } from './AthenaSession.js';
import { sendPatiently } from './sendPatiently.js';
import type { S3Place } from './tablePlace.js';

/** What of an Iceberg table's metadata is needed, numbers as text: its ids have 64 bits. The rest is Iceberg's to add. */
const metadataSchema = z.object({
  'current-snapshot-id': z.string().nullish(),
  snapshots: z
    .array(z.object({ 'snapshot-id': z.string(), summary: z.record(z.string(), z.string()).optional() }))
    .default([]),
});

/**
 * Bytes of all files of an Iceberg table, by the summary of its current snapshot; 0 before the first commit. Throws
 * READ_FAILED when the metadata does not say.
 */
export async function snapshotBytes(session: AthenaSession, { bucket, key }: S3Place): Promise<number> {
  const command = new GetObjectCommand({ Bucket: bucket, Key: key });
  const text = await sendPatiently(session, async () => {
    const { Body } = await session.s3.send(command, { abortSignal: session.guard.signal });
    return (await Body?.transformToString()) ?? '';
  });
  try {
    const metadata = metadataSchema.parse(parseExactJson(text));
    const current = metadata['current-snapshot-id'] ?? '-1';
    if (current === '-1') return 0;
    const snapshot = metadata.snapshots.find((each) => each['snapshot-id'] === current);
    const bytes = Number(snapshot?.summary?.['total-files-size'] ?? Number.NaN);
    if (!Number.isSafeInteger(bytes)) throw new Error('no total-files-size of its current snapshot');
    return bytes;
  } catch (error) {
    throw new AppError('READ_FAILED', 'the metadata of an Iceberg table cannot be read', {
      where: `s3://${bucket}/${key}`,
      got: error instanceof z.ZodError ? z.prettifyError(error).replace(/\s+/g, ' ') : messageOf(error),
      cause: error,
    });
  }
}
