import { AppError } from '../../model/index.js';

/** Throws INTERRUPTED once the signal is given. Asked only where stopping leaves nothing half-written. */
export function stopIfAsked(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new AppError('INTERRUPTED', 'interrupted', { hint: 'run the same command again to finish' });
}
