import type { Incident } from '../../model/index.js';

/** What happened to an incident in one window. */
export type TransitionKind = 'opened' | 'escalated' | 'grew' | 'reminder' | 'resolved';

/** Something about an incident that people may have to be told. */
export interface Transition {
  /** The same for the same transition, however often it is computed: what deliveries are recognised by. */
  readonly id: string;
  readonly kind: TransitionKind;
  /** End of the window it happened in, epoch milliseconds. */
  readonly at: number;
  /** The incident after it. */
  readonly incident: Incident;
}
