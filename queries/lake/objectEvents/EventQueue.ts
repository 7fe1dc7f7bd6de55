/** A message as it was handed out. */
export interface EventMessage {
  /** The same each time the message is handed out. */
  readonly id: string;
  /** Another each time; the last one removes it. */
  readonly receipt: string;
  readonly body: string;
}

/**
 * A queue of S3's events. What is handed out is kept from others for a while, and handed out again unless it is removed: at least
 * once, in no order. All methods throw READ_FAILED, WRITE_FAILED or PERMISSION_DENIED.
 */
export interface EventQueue {
  /** Its name, for messages. */
  readonly name: string;
  /** Some messages, or none when there are none to hand out now; one of several who ask at once may get none all the same. */
  receive(): Promise<readonly EventMessage[]>;
  /** Removes messages for good. */
  remove(receipts: readonly string[]): Promise<void>;
  /** Hands messages out again at once. */
  release(receipts: readonly string[]): Promise<void>;
  /** How many are handed out and neither removed nor back, about. */
  handedOut(): Promise<number>;
}
