import { mkdir, rename, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { LAKE, manifestName } from '../../../model/index.js';
import { readJournal } from '../../lake/readJournal.js';
import { replaceFile, syncPath } from '../../lake/replaceFile.js';
import { readLog } from '../../ledger/ledgerLog.js';
import type { ErasurePlace, StagedErasure } from './stageErasure.js';
import type { TenantSurvey } from './surveyTenant.js';
import { entryWithout, journalWithout } from './withoutTenant.js';

/** Points at which an erasure can be stopped; a test throws at them to stand in for a crash. */
export type ErasurePoint =
  | 'begun'
  | 'staged'
  | 'journal'
  | 'log'
  | 'rewritten'
  | 'removed'
  | 'ledger'
  | 'recorded'
  | 'ended';

/**
 * Puts what was staged in its place and removes what goes. The books are mended before the files, since a file that still
 * tells of the tenant is found again by the next run, and a book that names a hash no file has would not be. May be
 * interrupted at any point: the next run surveys anew and finishes.
 */
export async function applyErasure(
  place: ErasurePlace,
  survey: TenantSurvey,
  staged: StagedErasure,
  fault: (point: ErasurePoint) => void,
): Promise<void> {
  const { lake, tenant, ports } = place;
  for (const unit of await readJournal(lake)) {
    const without = journalWithout(unit, tenant, staged);
    if (JSON.stringify(without) !== JSON.stringify(unit)) await ports.writeJournalEntry(lake, without);
  }
  fault('journal');
  for (const entry of await readLog(lake)) {
    const without = entryWithout(entry, tenant, staged);
    if (JSON.stringify(without) === JSON.stringify(entry)) continue;
    await replaceFile(join(lake, LAKE.manifests, manifestName(entry.number)), `${JSON.stringify(without)}\n`);
  }
  // They stand for the log as it was.
  await rm(join(lake, LAKE.checkpoints), { recursive: true, force: true });
  fault('log');
  const quarantine = staged.quarantine.flatMap(({ path, left }) => (left > 0 ? [path] : []));
  for (const path of [...staged.events.keys(), ...staged.ids.keys(), ...quarantine]) await putInPlace(place, path);
  fault('rewritten');
  for (const { path, left } of staged.quarantine) if (left === 0) await rm(join(lake, path), { force: true });
  for (const { path } of survey.objects) await rm(join(lake, path), { force: true });
  // Their names name the tenant, too.
  for (const folder of [LAKE.events, LAKE.compacted])
    await rm(join(lake, folder, `tenant_id=${tenant.id}`), { recursive: true, force: true });
  fault('removed');
  await rewriteLedger(place, staged);
  fault('ledger');
}

/** The folders of bookings keep their stamps: how long readers have known them decides when a merge replaces them. */
async function rewriteLedger(place: ErasurePlace, { ledger, gone }: StagedErasure): Promise<void> {
  const folders = [
    ...new Set([...ledger.map(({ path }) => path), ...gone].map((path) => dirname(join(place.lake, path)))),
  ];
  const stamps = await Promise.all(folders.map((folder) => stat(folder)));
  for (const { path } of ledger) await putInPlace(place, path);
  for (const path of gone) await rm(join(place.lake, path), { force: true });
  for (const [index, folder] of folders.entries()) {
    const { atime, mtime } = stamps[index] ?? {};
    if (atime !== undefined && mtime !== undefined) await utimes(folder, atime, mtime);
  }
}

/** A rename over the old file: whoever has that open reads on in it, and nobody sees half of either. */
async function putInPlace({ lake, staged }: ErasurePlace, path: string): Promise<void> {
  const to = join(lake, path);
  await mkdir(dirname(to), { recursive: true });
  await rename(join(staged, path), to);
  await syncPath(dirname(to));
}
