import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { AppError, LAKE, systemCode } from '../../model/index.js';

/**
 * Takes the lake for one writer and returns the function that gives it back. A lock whose process is gone is taken over.
 * Throws LAKE_BUSY while another run holds it.
 */
export async function lockLake(lake: string): Promise<() => Promise<void>> {
  const path = join(lake, LAKE.staging, 'run.lock');
  await mkdir(join(lake, LAKE.staging), { recursive: true });
  const mine = `${process.pid} ${hostname()}`;
  for (let attempt = 0; attempt < 3; attempt += 1) {
    try {
      await writeFile(path, mine, { flag: 'wx' });
      return () => rm(path, { force: true });
    } catch (error) {
      if (systemCode(error) !== 'EEXIST') throw error;
    }
    const holder = await readFile(path, 'utf8').catch(() => '');
    if (isAlive(holder)) {
      throw new AppError('LAKE_BUSY', 'another run is writing to this lake', {
        got: holder,
        where: path,
        hint: 'wait for it to end; if that process is on another machine and gone, delete the file',
      });
    }
    await rm(path, { force: true });
  }
  throw new AppError('LAKE_BUSY', 'another run took this lake at the same moment', { where: path, hint: 'try again' });
}

function isAlive(holder: string): boolean {
  const [pid = '', host] = holder.split(' ');
  if (host !== undefined && host !== hostname()) return true;
  if (!/^\d+$/.test(pid) || Number(pid) === process.pid) return false;
  try {
    process.kill(Number(pid), 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
