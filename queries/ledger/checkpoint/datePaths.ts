import * as z from 'zod';
import { LAKE, type UtcDay, utcDaySchema } from '../../../model/index.js';
import { DIGEST_WORDS } from '../../lake/PathSet.js';
import type { ObjectStore } from '../../store/ObjectStore.js';
import type { SealedDate } from './LogSummary.js';
import { foldOf } from './pathFold.js';

/** What a sealed date has booked, in one object instead of one for each booking: digests of paths, one behind the other. */
const datePathsSchema = z.strictObject({
  version: z.literal(1),
  booked_date: utcDaySchema,
  /** In base 64. */
  digests: z.string(),
});

/** Paths of a date by their digests, as they were kept; undefined where that is not what the summary says was booked. */
export async function readDatePaths(store: ObjectStore, date: SealedDate): Promise<Uint32Array | undefined> {
  const text = await store.read(keyOf(date.booked_date));
  if (text === undefined) return undefined;
  try {
    const bytes = Buffer.from(datePathsSchema.parse(JSON.parse(text)).digests, 'base64');
    if (bytes.length !== date.objects * DIGEST_WORDS * 4) return undefined;
    // A buffer of its own may lie anywhere in memory; words do not.
    const digests = new Uint32Array(new Uint8Array(bytes).buffer);
    return foldOf(digests) === date.paths ? digests : undefined;
  } catch {
    return undefined;
  }
}

/** Keeps them, instead of what is there and is not that. Throws WRITE_FAILED, PERMISSION_DENIED. */
export async function writeDatePaths(store: ObjectStore, date: SealedDate, digests: Uint32Array): Promise<void> {
  const key = keyOf(date.booked_date);
  const text = Buffer.from(digests.buffer, digests.byteOffset, digests.byteLength).toString('base64');
  const made = `${JSON.stringify({ version: 1, booked_date: date.booked_date, digests: text })}\n`;
  if (await store.create(key, made)) return;
  await store.remove(key);
  await store.create(key, made);
}

/** Name of such an object among the checkpoints. */
export const DATE_PATHS = /^paths-\d{4}-\d\d-\d\d\.json$/;

const keyOf = (date: UtcDay): string => `${LAKE.checkpoints}/paths-${date}.json`;
