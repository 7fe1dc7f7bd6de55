import type { AlertMessage } from '../messages/AlertMessage.js';

/** How one sending ended. */
export type SendOutcome =
  /** The receiver has it; `receipt` is what it calls it, or what it answered. */
  | { readonly kind: 'sent'; readonly receipt: string }
  /**
   * It may pass: not before `afterMs`, when the receiver said so. `unknown`: it may have arrived, since the answer did
   * not come.
   */
  | { readonly kind: 'retry'; readonly reason: string; readonly unknown: boolean; readonly afterMs?: number }
  /** It will be refused however often it is sent. */
  | { readonly kind: 'rejected'; readonly reason: string };

/** What a delivery is recognised by. */
export interface DeliveryKey {
  /** The same for every sending of one message: what receivers drop a second copy by. */
  readonly id: string;
  /** An earlier sending may have arrived; said to people, where the receiver cannot know. */
  readonly repeated: boolean;
}

/** One way to tell people or programs. Its `send` never throws: what went wrong is an outcome. */
export interface Channel {
  readonly name: string;
  /** At least so long between two sendings, milliseconds. */
  readonly paceMs?: number;
  /** An alert that stands is sent again so often, so that the receiver does not take it for over; milliseconds. */
  readonly resendMs?: number;
  send(message: AlertMessage, key: DeliveryKey): Promise<SendOutcome>;
}
