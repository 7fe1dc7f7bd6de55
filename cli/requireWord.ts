import { AppError } from '../model/index.js';

/** Throws USAGE for what nobody must leave out: a word without a name is how a real page is missed. */
export function requireWord(flags: { readonly owner?: string; readonly reason?: string }): {
  readonly owner: string;
  readonly reason: string;
} {
  const { owner = '', reason = '' } = flags;
  if (owner.trim() !== '' && reason.trim() !== '') return { owner: owner.trim(), reason: reason.trim() };
  throw new AppError('USAGE', 'who says so, and why', { expected: '--owner and --reason', got: 'an empty one' });
}
