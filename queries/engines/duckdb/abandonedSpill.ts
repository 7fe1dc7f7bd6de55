import { createHash } from 'node:crypto';
import { readFileSync, readlinkSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { isRunning } from '../../../model/index.js';

/**
 * A name for a spill folder that says whose it is: this process, on this machine.
 *
 * @param token what no other folder has
 */
export function spillName(token: string): string {
  return `duckdb-${process.pid}-${machine()}-${token}`;
}

/** The kernel's name for the processes of a machine, and not of a container on it (Linux, PROC_PID_INIT_INO). */
const OF_ALL = 'pid:[4026531836]';

/**
 * In a few digits, those whose processes can be told by their ids: of a host name, and of a container there. Containers can have one
 * host name and processes of one id; the kernel names their processes apart, and two kernels may do so alike.
 *
 * @param kernel what tells one kernel from another, since it started
 */
export function machineName(host: string, processes: string, kernel: string): string {
  const counts = processes === OF_ALL ? '' : kernel;
  return createHash('sha256').update(`${host} ${processes} ${counts}`).digest('hex').slice(0, 8);
}

function machine(): string {
  const processes = textOf(() => readlinkSync('/proc/self/ns/pid'));
  const kernel = textOf(() => readFileSync('/proc/sys/kernel/random/boot_id', 'utf8'));
  return machineName(hostname(), processes, kernel);
}

/** Empty where there is none: not on Linux, where no two containers share a folder without a host name of their own. */
function textOf(read: () => string): string {
  try {
    return read();
  } catch {
    return '';
  }
}

/**
 * Removes the spill folders of processes of this machine that are gone: one that is killed (SIGKILL, out of memory) leaves what it
 * spilled. Those of other machines that share the lake stay, since nobody here can say whether they are in use; so do folders that
 * cannot be removed: this is never why a report fails.
 *
 * @param open folders this process has, by their paths
 */
export async function removeAbandoned(staging: string, open: ReadonlySet<string>): Promise<void> {
  const here = machine();
  for (const name of await readdir(staging).catch(() => [])) {
    const folder = join(staging, name);
    const [, pid, on] = /^duckdb-(\d{1,10})-([0-9a-f]{8})-[0-9a-f-]{36}$/.exec(name) ?? [];
    if (pid === undefined || on !== here || open.has(folder)) continue;
    const gone = Number(pid) === process.pid ? await isOlderThanThis(folder) : !isRunning(Number(pid));
    if (gone) await rm(folder, { recursive: true, force: true }).catch(() => undefined);
  }
}

/** Whether nothing was written to it since this process began: a restarted container gets the process id of the one that died. */
async function isOlderThanThis(folder: string): Promise<boolean> {
  const { mtimeMs } = await stat(folder).catch(() => ({ mtimeMs: Infinity }));
  return mtimeMs < performance.timeOrigin;
}
