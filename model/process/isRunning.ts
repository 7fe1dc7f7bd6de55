import { systemCode } from '../errors/AppError.js';

/** Whether a process with this id runs on this machine, whoever's it is. Ids are used again: it need not be the one that had it. */
export function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return systemCode(error) === 'EPERM';
  }
}
