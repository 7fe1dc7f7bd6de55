import { AppError } from '../../model/index.js';
import type { SinkState, SinkStore } from './SinkState.js';

/**
 * Settles by hand what a machine cannot know: a record that was refused, or of which nobody can tell any more whether it arrived. `sent`: it is
 * there, and is never sent again; `unsent`: it is not, and is sent by the next run. Throws INPUT_NOT_FOUND for a record that is none of these.
 */
export async function resolveRecord(
  store: SinkStore,
  state: SinkState,
  id: string,
  as: 'sent' | 'unsent',
): Promise<SinkState> {
  const record = state.records.find((each) => each.id === id && each.state !== 'pending');
  if (record === undefined) {
    throw new AppError('INPUT_NOT_FOUND', 'no record of this id waits for a decision', {
      expected: state.records.flatMap((each) => (each.state === 'pending' ? [] : [each.id])).join(', ') || 'none does',
      got: id,
    });
  }
  const others = state.records.filter((each) => each !== record);
  if (as === 'unsent') {
    // Attempts go on being counted: the keys of calls are named after them.
    const again = { ...record, state: 'pending' as const, first_attempt: null, detail: '' };
    const next = { ...state, records: [...others, again] };
    await store.write(next);
    return next;
  }
  const logged = await store.log(state, [{ ...record, receipt: 'settled by hand' }]);
  const next = { ...logged, records: others };
  await store.write(next);
  return next;
}
