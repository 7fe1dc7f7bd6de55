import { HOUR_MS } from '../../model/index.js';
import { EMPTY_STATE, type PolicyState } from './PolicyState.js';

/**
 * A state from which the next run judges everything since a time anew: what people have said is kept where it could be read, what
 * usage says is forgotten.
 */
export function rebuildState(before: PolicyState | undefined, since: number): PolicyState {
  const { silences, acknowledgements, feedback } = before ?? EMPTY_STATE;
  return {
    ...EMPTY_STATE,
    silences,
    acknowledgements,
    feedback,
    judged: { hourly: Math.floor(since / HOUR_MS) * HOUR_MS, recent: null },
  };
}
