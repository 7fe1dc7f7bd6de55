import type { Finding } from '../../model/index.js';
import { type DetectInput, detecting } from './detect.js';

/**
 * As `detect`, and equal to it, but awaits `turn` after every window and finding: of ten thousand tenants a day takes minutes, in which
 * nothing else would run and Ctrl-C would not be heard. What `turn` throws ends it.
 */
export async function detectInTurns(input: DetectInput, turn: () => Promise<void>): Promise<Finding[]> {
  const work = detecting(input);
  for (;;) {
    const step = work.next();
    if (step.done === true) return step.value;
    await turn();
  }
}
