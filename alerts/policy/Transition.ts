import type { Incident } from '../../model/index.js';

/** What can happen to an incident in one window. */
export const TRANSITION_KINDS = ['opened', 'escalated', 'grew', 'reminder', 'resolved'] as const;

/** What happened to an incident in one window. */
export type TransitionKind = (typeof TRANSITION_KINDS)[number];

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
