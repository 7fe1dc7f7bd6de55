import { AppError } from '../../model/index.js';

/** True for what cannot be read, of one incident: the others must not suffer from it. */
export function isDamaged(error: unknown): boolean {
  return error instanceof AppError && error.code === 'LAKE_DAMAGED';
}
