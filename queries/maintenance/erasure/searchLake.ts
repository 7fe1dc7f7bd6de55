import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { LAKE } from '../../../model/index.js';
import { listFiles } from '../../lake/listFiles.js';
import type { TenantNames } from './TenantNames.js';

/**
 * Stores that are looked through row by row and entry by entry, or whose files have no place for a name: there a word is not
 * yet a tenant, which may be called like a key of theirs. Staging was cleared before.
 */
const STORES = [
  ...[LAKE.events, LAKE.compacted, LAKE.errors, LAKE.journal, LAKE.manifests, LAKE.bookings, LAKE.ids],
  LAKE.checkpoints,
  ...[LAKE.erasures, LAKE.positions, LAKE.staging],
].map((store) => `${store}/`);

/** What looking for a tenant's names in a lake came to. */
export interface LakeSearch {
  readonly files: number;
  /** Files that name it: by their path, or, outside the stores that are looked through by content, in their bytes. */
  readonly telling: readonly string[];
}

/** Looks for a tenant's names in the paths of all files of a lake, and in the bytes of those that belong to no store. */
export async function searchLake(lake: string, tenant: TenantNames): Promise<LakeSearch> {
  const telling: string[] = [];
  const files = await listFiles(lake, '');
  for (const path of files) {
    if (path.includes(`tenant_id=${tenant.id}/`)) telling.push(path);
    else if (!isOfStore(path) && (await names(join(lake, path), tenant))) telling.push(path);
  }
  return { files: files.length, telling };
}

function isOfStore(path: string): boolean {
  return path === LAKE.marker || STORES.some((store) => path.startsWith(store));
}

/** Longer than any name: a name must not hide where two pieces meet. */
const OVERLAP = 256;

async function names(path: string, tenant: TenantNames): Promise<boolean> {
  let last = '';
  for await (const chunk of createReadStream(path, 'latin1')) {
    const text = last + String(chunk);
    if (tenant.isIn(text)) return true;
    last = text.slice(-OVERLAP);
  }
  return false;
}
