import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LAKE, LAKE_VERSION, partitionOf } from '../../model/index.js';

/** What an import left in a lake; paths are relative to it. */
export interface Delivered {
  readonly objects: readonly { readonly path: string; readonly rows: number }[];
  readonly errors?: readonly { readonly path: string; readonly records: number }[];
}

/** Writes the journal of a finished import of objects that are there: what a ledger is built from. */
export function deliverObjects(lake: string, { objects, errors = [] }: Delivered): void {
  const described = objects.map(({ path, rows }) => {
    const bytes = readFileSync(join(lake, path));
    return { path, rows, bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') };
  });
  const lines: Record<string, number> = {};
  for (const { path, rows } of objects) {
    const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
    const partition = `tenant_id=${tenantId}/dt=${dt}`;
    lines[partition] = rows + (lines[partition] ?? 0);
  }
  const accepted = objects.reduce((sum, { rows }) => sum + rows, 0);
  const refused = errors.reduce((sum, { records }) => sum + records, 0);
  const counted = { records: accepted + refused, bytes: 0, accepted, control: 0, reput: 0, reput_in: 0 };
  const quarantined = refused === 0 ? {} : { undecodable: refused };
  const delivery = { ...counted, quarantined, lines, objects: described, error_objects: errors };
  const unit = createHash('md5').update(JSON.stringify(described)).digest('hex');
  const entry = { version: 1, unit, state: 'done', arrival: 0, files: [], delivery };
  write(join(lake, LAKE.journal, `${unit}.json`), JSON.stringify(entry));
  write(join(lake, LAKE.marker), JSON.stringify({ version: LAKE_VERSION }));
}

function write(path: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, text);
}
