import { AppError } from '../../model/index.js';

/** What an edit is refused with that would leave a registry with problems. */
export function refuseEdit(id: string, home: string, problems: readonly string[]): AppError {
  return new AppError('INPUT_INVALID', `the tenant ${id} cannot be written to ${home}\n${problems.join('\n')}`, {
    hint: 'nothing was written; docs/configuration.md lists every key and its values',
  });
}
