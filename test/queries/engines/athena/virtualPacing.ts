import type { Pacing } from '../../../../queries/engines/athena/Guard.js';

/** A clock that moves only by waiting, and the waits it was asked for. */
export function virtualPacing(random = 1): Pacing & { readonly waits: number[] } {
  let now = 0;
  const waits: number[] = [];
  return {
    waits,
    now: () => now,
    random: () => random,
    sleep: async (ms) => {
      waits.push(ms);
      now += ms;
    },
  };
}
