import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { LAKE } from '../../../model/index.js';
import { listOrNone } from '../../lake/readJournal.js';

/**
 * Removes all work in progress but locks and `kept`: what runs that died have left there can hold anybody's lines. A build
 * or a report that runs meanwhile fails, and can be repeated. Returns how many names went.
 */
export async function clearStaging(lake: string, kept: readonly string[]): Promise<number> {
  const staging = join(lake, LAKE.staging);
  let removed = 0;
  for (const name of await listOrNone(staging)) {
    if (name.endsWith('.lock') || kept.includes(join(staging, name))) continue;
    await rm(join(staging, name), { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
