import { createHash, type KeyObject } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type Erasure, messageOf } from '../../../model/index.js';
import { checkLake } from '../../engines/checkLake.js';
import { erasedHash } from '../../lake/ErasedTenants.js';
import { readLog } from '../../ledger/ledgerLog.js';
import { erasureRecordSchema } from './ErasureRecord.js';
import { pendingErasures } from './PendingErasure.js';
import { verifyRecord } from './signRecord.js';

/** An erasure as the log and its record tell of it. */
export interface ListedErasure {
  readonly id: string;
  /** When it ended, an ISO instant; null while it has not. */
  readonly erasedAt: string | null;
  readonly reference: string | null;
  /** Path of the record in the lake; null while it has not ended. */
  readonly record: string | null;
  /** `valid`, `unsigned`, `not checked` without a key, or why the signature, or the record, is not good. */
  readonly signature: string;
  readonly ok: boolean;
}

/**
 * The erasures of a lake, those of one tenant when it is named. With a public key their signatures are verified, and without
 * one still that each record is the one its entry in the log was written for. Throws LAKE_NOT_FOUND, LAKE_DAMAGED.
 */
export async function listErasures(options: {
  readonly lake: string;
  readonly tenant?: string;
  /** Ed25519. */
  readonly publicKey?: KeyObject;
}): Promise<readonly ListedErasure[]> {
  const { lake, tenant, publicKey } = options;
  await checkLake(lake);
  const isMeant = (salt: string, hash: string): boolean => tenant === undefined || erasedHash(tenant, salt) === hash;
  const ended = (await readLog(lake)).filter((entry): entry is Erasure => entry.kind === 'erasure');
  const listed: ListedErasure[] = [];
  for (const entry of ended.filter(({ salt, tenant: hash }) => isMeant(salt, hash)))
    listed.push(await describe(lake, entry, publicKey));
  const salts = new Set(ended.map(({ salt }) => salt));
  for (const { id, salt, tenant: hash } of await pendingErasures(lake)) {
    if (salts.has(salt) || !isMeant(salt, hash)) continue;
    const open = { erasedAt: null, reference: null, record: null, signature: 'has not ended: run it again' };
    listed.push({ id, ...open, ok: false });
  }
  return listed;
}

async function describe(lake: string, entry: Erasure, publicKey: KeyObject | undefined): Promise<ListedErasure> {
  const id = entry.record.slice(entry.record.lastIndexOf('/') + 1).replace(/\.json$/, '');
  const common = { id, erasedAt: entry.erased_at, record: entry.record };
  const bad = (signature: string): ListedErasure => ({ ...common, reference: null, signature, ok: false });
  let text: string;
  let reference: string | null;
  try {
    text = await readFile(join(lake, entry.record), 'utf8');
    reference = erasureRecordSchema.parse(JSON.parse(text)).reference;
  } catch (error) {
    return bad(`the record cannot be read (${messageOf(error)})`);
  }
  if (createHash('sha256').update(text).digest('hex') !== entry.record_sha256)
    return bad('the record is not the one the log has the hash of');
  const signature = await readFile(join(lake, entry.record.replace(/\.json$/, '.jws')), 'utf8').catch(() => undefined);
  if (signature === undefined) return { ...common, reference, signature: 'unsigned', ok: publicKey === undefined };
  if (publicKey === undefined) return { ...common, reference, signature: 'not checked', ok: true };
  const verified = verifyRecord(text, signature, publicKey);
  return { ...common, reference, signature: verified.ok ? 'valid' : verified.why, ok: verified.ok };
}
