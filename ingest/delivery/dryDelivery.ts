import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { systemCode } from '../../model/index.js';
import { readJournal, writeUnit } from '../lake/Journal.js';
import { openLake } from '../lake/openLake.js';

/**
 * Does the work of a delivery in a lake of its own, made in a temporary folder, that knows what content the real one has: so what
 * would be accepted, quarantined and passed over is found by the same code, and nothing of the real lake changes. The folder goes
 * afterwards. Needs as much disk as the delivery itself. Throws what `work` throws, CANNOT_CREATE for a folder that is no lake, and
 * LAKE_DAMAGED for another version and a journal that cannot be read.
 *
 * @param lake the real lake, which need not be there
 */
export async function dryDelivery<T>(lake: string, work: (lake: string) => Promise<T>): Promise<T> {
  // Refuses what a real run would: a lake of another version, a folder of something else. Neither is written to.
  const there = await readdir(lake).catch((error: unknown) => (systemCode(error) === 'ENOENT' ? [] : undefined));
  if (there === undefined || there.length > 0) await openLake(lake);
  const folder = await mkdtemp(join(tmpdir(), 'tenantscope-dry-'));
  try {
    const copy = join(folder, 'lake');
    await openLake(copy);
    const units = await readJournal(lake);
    // Committed is as good as done. One entry says all of it: nobody asks which unit had which file.
    const known = units.filter(({ state }) => state !== 'started');
    const files = known.flatMap((unit) => unit.files);
    if (files.length > 0) await writeUnit(copy, { version: 1, unit: '0'.repeat(32), state: 'done', arrival: 0, files });
    // What was only begun a real run does again as it was.
    for (const unit of units.filter((each) => !known.includes(each))) await writeUnit(copy, unit);
    return await work(copy);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
