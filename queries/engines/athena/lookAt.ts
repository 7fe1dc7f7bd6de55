import type { AthenaSession } from './AthenaSession.js';
import { stoppedQuery } from './failedQuery.js';
import { Stopped } from './Guard.js';
import { refusedCall } from './refusedCall.js';

/** What looking at a lake's tables and objects takes, besides what a statement takes. */
const NEEDS = 'athena:GetTableMetadata, glue:GetTable, and s3:ListBucket and s3:GetObject on the bucket of the lake';

/** Looks at a lake without a statement; what fails is told as a refused call, under the name of what was looked for. */
export async function lookAt<T>({ settings }: AthenaSession, call: string, look: () => Promise<T>): Promise<T> {
  try {
    return await look();
  } catch (error) {
    if (error instanceof Stopped) throw stoppedQuery(error.reason, undefined);
    throw refusedCall(error, { call, settings, needs: NEEDS });
  }
}
