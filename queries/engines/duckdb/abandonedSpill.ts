import { createHash } from 'node:crypto';
import { readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../../model/index.js';

/**
 * A name for a spill folder that says whose it is: this process, on this machine. Containers can have one host name and
 * processes of one id, so that the kernel's own name for their processes counts to the machine, where it tells it.
 *
 * @param token what no other folder has
 */
export function spillName(token: string): string {
  return `duckdb-${process.pid}-${machine()}-${token}`;
}

function machine(): string {
  let processes = '';
  try {
    processes = readlinkSync('/proc/self/ns/pid');
  } catch {
    // Not Linux: no two containers share a folder without a host name of their own.
  }
  return createHash('sha256').update(`${hostname()} ${processes}`).digest('hex').slice(0, 8);
}

/**
 * Removes the spill folders of processes of this machine that are gone: one that is killed (SIGKILL, out of memory) leaves what it
 * spilled. Those of other machines that share the lake stay, since nobody here can say whether they are in use; so do folders that
 * cannot be removed: this is never why a report fails.
 *
 * @param open folders this process has, by their paths
 */
export async function removeAbandoned(staging: string, open: ReadonlySet<string>): Promise<void> {
  for (const name of await readdir(staging).catch(() => [])) {
    const folder = join(staging, name);
    const [, pid, on] = /^duckdb-(\d{1,10})-([0-9a-f]{8})-[0-9a-f-]{36}$/.exec(name) ?? [];
    if (pid === undefined || on !== machine() || open.has(folder)) continue;
    const gone = Number(pid) === process.pid ? await isOlderThanThis(folder) : !isRunning(Number(pid));
    if (gone) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether nothing was written to it since this process began: a restarted container gets the process id of the one that died. */
async function isOlderThanThis(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }));
  return mtimeMs < performance.timeOrigin;
}
