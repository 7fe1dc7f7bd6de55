import * as z from 'zod';
import { type UtcDay, utcDaySchema } from '../../model/index.js';
import type { Cell, ObjectStore } from '../store/ObjectStore.js';

/** When a lake in S3 was listed last, and everything found was booked. */
export interface Listed {
  /** The UTC date on which everything was. */
  readonly day?: UtcDay | undefined;
  /** When recent days were, ISO; absent when whoever wrote it lists them every time. */
  readonly recent?: string | undefined;
}

/** Where it stands. */
const LISTED_KEY = 'ledger/listed.json';

const listedSchema = z.strictObject({
  version: z.literal(1),
  day: utcDaySchema.optional(),
  recent: z.iso.datetime().optional(),
});

/** Reads it, with what it takes to replace it. What cannot be read means that everything is listed again. */
export async function readListed(store: ObjectStore): Promise<Listed & { readonly cell: Cell | undefined }> {
  const cell = await store.readCell(LISTED_KEY);
  try {
    if (cell === undefined) return { cell };
    const { day, recent } = listedSchema.parse(JSON.parse(cell.text));
    return { day, recent, cell };
  } catch {
    return { cell };
  }
}

/** Notes it, unless somebody else has meanwhile: they have listed, too. */
export async function noteListed(store: ObjectStore, listed: Listed): Promise<void> {
  const { cell } = await readListed(store);
  await store.writeCell(LISTED_KEY, `${JSON.stringify({ version: 1, ...listed })}\n`, cell);
}
