import { mkdir } from 'node:fs/promises';
import { AppError, systemCode } from '../../model/index.js';
import { localStore } from '../../queries/index.js';
import { PeriodLog } from './PeriodLog.js';

/**
 * The log of periods beside an export's packages, in a folder that is made if it is not there. Throws CANNOT_CREATE,
 * PERMISSION_DENIED, and INPUT_INVALID for a damaged log.
 */
export async function openPeriodLog(home: string, exportName: string): Promise<PeriodLog> {
  await mkdir(home, { recursive: true }).catch((error: unknown) => {
    const denied = ['EACCES', 'EPERM', 'EROFS'].includes(systemCode(error) ?? '');
    throw new AppError(denied ? 'PERMISSION_DENIED' : 'CANNOT_CREATE', 'cannot make the folder of exports', {
      where: home,
      got: systemCode(error) ?? 'unknown',
      hint: 'check --out',
      cause: error,
    });
  });
  return PeriodLog.open(localStore(home), exportName);
}
