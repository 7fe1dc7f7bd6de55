import { createHash } from 'node:crypto';
import type { AthenaSettings } from './AthenaOptions.js';

/**
 * The token under which Athena takes a repeated start for the first one. It covers all that decides the answer and where
 * it goes, since Athena refuses a known token with another request. 64 characters; Athena takes 32 to 128.
 */
export function clientRequestToken(sql: string, settings: AthenaSettings, attemptKey: string): string {
  const parts = [
    sql,
    settings.catalog ?? '',
    settings.database,
    settings.workgroup,
    settings.outputLocation ?? '',
    String(settings.reuseMinutes),
    attemptKey,
  ];
  // As JSON, so that no text can move from one part into the next.
  return createHash('sha256').update(JSON.stringify(parts)).digest('hex');
}
