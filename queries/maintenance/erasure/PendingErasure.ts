import { createHash, createHmac, randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as z from 'zod';
import { AppError, LAKE } from '../../../model/index.js';
import { erasedHash } from '../../lake/ErasedTenants.js';
import { listOrNone } from '../../lake/readJournal.js';
import { replaceFile } from '../../lake/replaceFile.js';

const count = z.int().nonnegative();

/** Files that were rewritten or removed, told by what their bytes hash to: names would name the tenant. */
const digestSchema = z.strictObject({
  files: count,
  rows: count,
  bytes: count,
  /** Of each file a keyed hash of its name and the hash of its bytes. */
  hashes: z.record(z.string(), z.string()),
});

/** Sums of the ledger by service, meter and unit, as exact texts. */
const totalsSchema = z.array(
  z.strictObject({
    service: z.string(),
    meter: z.string(),
    unit: z.string(),
    quantity_micros: z.string(),
    events: z.string(),
    erased_micros: z.string(),
  }),
);

/** Sums of the ledger by service, meter and unit. */
export type LedgerTotals = z.output<typeof totalsSchema>;

/**
 * An erasure that was begun and has not ended: what its next run needs to finish it as one. It does not name the tenant; the
 * key of the hashes stands here and nowhere else, and goes with it.
 */
const pendingSchema = z.strictObject({
  version: z.literal(1),
  id: z.string().regex(/^\d{4}-\d{2}-\d{2}-[0-9a-f]{8}$/),
  started_at: z.iso.datetime(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  tenant: z.string().regex(/^[0-9a-f]{64}$/),
  key: z.string().regex(/^[0-9a-f]{64}$/),
  /** Before anything was changed. */
  totals: totalsSchema,
  /** What was found, added up over its runs, by store. */
  found: z.record(z.string(), digestSchema),
  /** Versions removed from buckets, and those that are locked, by bucket. */
  versions: z.record(
    z.string(),
    z.strictObject({ versions: count, bytes: count, locked: count, locked_until: z.string().nullable() }),
  ),
});

/** An erasure that was begun and has not ended. */
export type PendingErasure = z.output<typeof pendingSchema>;

const ENDING = '.pending.json';

/** Erasures of a lake that have not ended. Throws LAKE_DAMAGED. */
export async function pendingErasures(lake: string): Promise<readonly PendingErasure[]> {
  const names = (await listOrNone(join(lake, LAKE.erasures))).filter((name) => name.endsWith(ENDING));
  return Promise.all(
    names.map(async (name) => {
      const path = join(lake, LAKE.erasures, name);
      try {
        return pendingSchema.parse(JSON.parse(await readFile(path, 'utf8')));
      } catch (error) {
        throw new AppError('LAKE_DAMAGED', 'an erasure that was begun cannot be read', {
          where: path,
          hint: 'restore it from a backup of the lake',
          cause: error,
        });
      }
    }),
  );
}

/** The erasure of a tenant that was begun; undefined when there is none. */
export async function pendingErasureOf(lake: string, tenant: string): Promise<PendingErasure | undefined> {
  return (await pendingErasures(lake)).find((pending) => erasedHash(tenant, pending.salt) === pending.tenant);
}

/** A new erasure, on a UTC date. */
export function beginErasure(tenant: string, startedAt: string, totals: LedgerTotals): PendingErasure {
  const salt = randomBytes(16).toString('hex');
  const id = `${startedAt.slice(0, 10)}-${randomBytes(4).toString('hex')}`;
  const key = randomBytes(32).toString('hex');
  return {
    version: 1,
    id,
    started_at: startedAt,
    salt,
    tenant: erasedHash(tenant, salt),
    key,
    totals,
    found: {},
    versions: {},
  };
}

/** Path of it in the lake. */
export function pendingPath({ id }: Pick<PendingErasure, 'id'>): string {
  return `${LAKE.erasures}/${id}${ENDING}`;
}

/** Writes it, whole or not at all. */
export async function writePending(lake: string, pending: PendingErasure): Promise<void> {
  await replaceFile(join(lake, pendingPath(pending)), `${JSON.stringify(pending)}\n`);
}

/** A file that was found, as it was. */
export interface FoundFile {
  readonly path: string;
  readonly rows: number;
  readonly bytes: number;
  readonly sha256: string;
}

/** Adds files to what was found in a store; one that was met before as it is, by an earlier run of the erasure, once. */
export function addFound(pending: PendingErasure, store: string, files: readonly FoundFile[]): PendingErasure {
  const known = pending.found[store] ?? { files: 0, rows: 0, bytes: 0, hashes: {} };
  const added = { ...known, hashes: { ...known.hashes } };
  for (const { path, rows, bytes, sha256 } of files) {
    const name = createHmac('sha256', pending.key).update(path).digest('hex').slice(0, 16);
    if (added.hashes[name] === sha256) continue;
    added.hashes[name] = sha256;
    added.files += 1;
    added.rows += rows;
    added.bytes += bytes;
  }
  return { ...pending, found: { ...pending.found, [store]: added } };
}

/** One hash over those of several files, in whatever order they were met. */
export function digestOf(hashes: readonly string[]): string {
  return createHash('sha256')
    .update([...hashes].sort().join('\n'))
    .digest('hex');
}
