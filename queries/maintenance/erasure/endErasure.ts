import { createHash, type KeyObject } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { type Erasure, isoInstant, LAKE } from '../../../model/index.js';
import { replaceFile } from '../../lake/replaceFile.js';
import { appendEntry } from '../../ledger/appendEntry.js';
import { readLog } from '../../ledger/ledgerLog.js';
import type { ErasurePoint } from './applyErasure.js';
import { type ErasureRecord, erasureRecordSchema } from './ErasureRecord.js';
import type { KeptFile } from './keptExports.js';
import { digestOf, type LedgerTotals, type PendingErasure, pendingPath } from './PendingErasure.js';
import { signRecord } from './signRecord.js';
import type { TenantNames } from './TenantNames.js';

/** What the end of an erasure is told. */
export interface EndedErasure {
  readonly lake: string;
  readonly tenant: TenantNames;
  readonly clock: () => number;
  readonly signingKey: KeyObject | undefined;
  readonly reference: string | undefined;
  readonly version: string;
  readonly pending: PendingErasure;
  readonly kept: readonly KeptFile[];
  /** Of all tenants: when the erasure was first begun, and before and after what this run did. */
  readonly totals: { readonly first: LedgerTotals; readonly before: LedgerTotals; readonly after: LedgerTotals };
  /** Files looked at in the end. */
  readonly searched: number;
  readonly fault: (point: ErasurePoint) => void;
}

/** Writes the record of an erasure and its signature, and says in the log that it is done. */
export async function endErasure(ended: EndedErasure): Promise<{ readonly path: string; readonly signed: boolean }> {
  const { lake, pending, signingKey } = ended;
  const finishedAt = isoInstant(ended.clock());
  const text = `${JSON.stringify(recordOf(ended, finishedAt), null, 2)}\n`;
  const path = `${LAKE.erasures}/${pending.id}.json`;
  await replaceFile(join(lake, path), text);
  const signature = join(lake, `${LAKE.erasures}/${pending.id}.jws`);
  if (signingKey === undefined) await rm(signature, { force: true });
  else await replaceFile(signature, signRecord(text, signingKey));
  ended.fault('recorded');
  const entry = (number: number): Erasure => ({
    version: 1,
    kind: 'erasure',
    number,
    erased_at: finishedAt,
    salt: pending.salt,
    tenant: pending.tenant,
    record: path,
    record_sha256: createHash('sha256').update(text).digest('hex'),
  });
  await appendEntry(lake, await readLog(lake), entry, () => true, pending.id);
  ended.fault('ended');
  await rm(join(lake, pendingPath(pending)), { force: true });
  return { path, signed: signingKey !== undefined };
}

function recordOf(ended: EndedErasure, finishedAt: string): ErasureRecord {
  const { pending, tenant, totals } = ended;
  const keyOf = ({ service, meter, unit }: LedgerTotals[number]): string => `${service}\n${meter}\n${unit}`;
  const before = new Map(totals.before.map((total) => [keyOf(total), total]));
  const first = new Map(totals.first.map((total) => [keyOf(total), BigInt(total.erased_micros)]));
  return erasureRecordSchema.parse({
    version: 1,
    id: pending.id,
    tenant: { salt: pending.salt, hmac_sha256: pending.tenant },
    reference: ended.reference === undefined ? null : tenant.removedFrom(ended.reference),
    started_at: pending.started_at,
    finished_at: finishedAt,
    generator: { name: 'tenantscope', version: ended.version },
    found: Object.fromEntries(
      Object.entries(pending.found).map(([store, { files, rows, bytes, hashes }]) => [
        store,
        { files, rows, bytes, sha256: digestOf(Object.values(hashes)) },
      ]),
    ),
    object_versions: pending.versions,
    kept: ended.kept.map(({ path, ...file }) => ({ path: tenant.removedFrom(path), ...file })),
    totals: totals.after.map((total) => {
      const old = before.get(keyOf(total)) ?? total;
      return {
        service: total.service,
        meter: total.meter,
        unit: total.unit,
        quantity_micros: { before: old.quantity_micros, after: total.quantity_micros },
        events: { before: old.events, after: total.events },
        moved_to_erased_micros: String(BigInt(total.erased_micros) - (first.get(keyOf(total)) ?? 0n)),
      };
    }),
    totals_equal: true,
    searched: { files: ended.searched, telling: 0, mentions: tenant.mentions },
  });
}
