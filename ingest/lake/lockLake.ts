import { randomUUID } from 'node:crypto';
import { link, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { resolve } from 'node:path';
import { AppError, isRunning, LAKE, systemCode } from '../../model/index.js';

/** Tokens of this process's locks: a restarted container may get the process id of the one that died, so the id cannot tell. */
const ownTokens = new Set<string>();

/** What one process at a time may do with a lake: bring lines in, or rewrite what is in it. */
export type LakeWork = 'run' | 'maintenance';

/**
 * Takes the lake for one writer of its kind and returns the function that gives it back. A lock whose process is gone is
 * taken over. Throws LAKE_BUSY while another one holds it.
 */
export async function lockLake(lake: string, work: LakeWork = 'run'): Promise<() => Promise<void>> {
  const path = resolve(lake, LAKE.staging, `${work}.lock`);
  await mkdir(resolve(lake, LAKE.staging), { recursive: true });
  const token = randomUUID();
  const mine = `${process.pid} ${hostname()} ${token}`;
  // Written apart, then linked or renamed into place: nobody ever sees a lock that does not say whose it is.
  const own = `${path}.${token}`;
  await writeFile(own, mine);
  ownTokens.add(token);
  let taken = false;
  try {
    if (!(await created(own, path))) {
      const holder = await readFile(path, 'utf8').catch(() => undefined);
      if (holder === undefined || isAlive(holder)) throw busy(holder ?? 'a lock just given back', path);
      await succeed(own, path, holder);
    }
    taken = true;
  } finally {
    if (!taken) ownTokens.delete(token);
    await rm(own, { force: true });
  }
  return async () => {
    await rm(path, { force: true });
    ownTokens.delete(token);
  };
}

/**
 * Replaces a dead lock. Two runs that find the same one must not both do so: only the holder of the file beside it may,
 * and only while the dead lock is still there. It is replaced, never removed, so that there is no gap to slip through.
 */
async function succeed(own: string, path: string, dead: string): Promise<void> {
  const right = `${path}.takeover`;
  if (!(await created(own, right))) throw busy('a run that takes over a dead lock', right);
  try {
    if ((await readFile(path, 'utf8').catch(() => undefined)) !== dead) throw busy('a run that was faster', path);
    await rename(own, path);
  } finally {
    await rm(right, { force: true });
  }
}

async function created(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to);
    return true;
  } catch (error) {
    if (systemCode(error) === 'EEXIST') return false;
    throw error;
  }
}

function busy(holder: string, path: string): AppError {
  return new AppError('LAKE_BUSY', 'another run is writing to this lake', {
    got: holder,
    where: path,
    hint: 'wait for it to end; if no run is left, on this machine or another, delete the file',
  });
}

function isAlive(holder: string): boolean {
  const [pid = '', host, token = ''] = holder.split(' ');
  if (host !== undefined && host !== hostname()) return true;
  if (!/^\d+$/.test(pid)) return false;
  if (Number(pid) === process.pid) return ownTokens.has(token);
  return isRunning(Number(pid));
}
