import { messageOf } from '../../../model/index.js';
import { type BucketEvents, eventObjectAt } from '../bucketEvents.js';
import type { EventMessage, EventQueue } from './EventQueue.js';
import { readObjectEvent } from './readObjectEvent.js';

/** What holding messages needs. */
export interface HeldMessagesOptions {
  readonly events: Pick<BucketEvents, 'bucket' | 'root'>;
  readonly queue: EventQueue;
  /** Now, epoch milliseconds. */
  readonly clock: () => number;
  /** No message is taken from then on, epoch milliseconds. */
  readonly until?: number;
}

/** Messages held at once: two bookings of the ledger job. The rest stays in the queue until those are booked. */
const MOST_HELD = 2000;
/** Messages taken in one run; what is behind them is the next run's. */
const MOST_TAKEN = 50_000;
const RECEIVERS = 8;
/** Messages an answer has where there are more. */
const MANY = 5;
const TEXTS_SHOWN = 3;

/** A message whose objects are not all booked. */
interface Held {
  readonly receipt: string;
  readonly paths: readonly string[];
}

/**
 * The messages that one run has in its hands. A message is removed when whoever holds it says that all it names is done, or at once
 * when it names nothing to book. A queue that fails throws nothing: `failure` says so, and what was not removed is handed out again.
 */
export class HeldMessages {
  readonly #options: HeldMessagesOptions;
  readonly #held = new Map<string, Held>();
  readonly #counts = { messages: 0, removed: 0, elsewhere: 0, unreadable: 0 };
  readonly #texts: string[] = [];
  readonly #strays = new Set<string>();
  #toTheEnd = false;
  #failure: string | undefined;

  constructor(options: HeldMessagesOptions) {
    this.#options = options;
  }

  /** Whether the queue had nothing more. */
  get toTheEnd(): boolean {
    return this.#toTheEnd;
  }

  /** Why the queue could not be used. */
  get failure(): string | undefined {
    return this.#failure;
  }

  get counts() {
    return { ...this.#counts, unreadableTexts: [...this.#texts] };
  }

  /** Files among the events that are in no partition. */
  get strays(): ReadonlySet<string> {
    return this.#strays;
  }

  /** Paths of objects that messages in these hands name. */
  paths(): ReadonlySet<string> {
    return new Set([...this.#held.values()].flatMap(({ paths }) => paths));
  }

  /** Messages in anybody's hands, about; undefined when the queue does not say. */
  handedOut(): Promise<number | undefined> {
    return this.#using(() => this.#options.queue.handedOut());
  }

  /**
   * Takes messages, a bounded number; returns the paths of objects they name, those that are done left out.
   *
   * @param doneAmong those of some paths about which nothing is left to do
   */
  async take(doneAmong: (paths: readonly string[]) => Promise<ReadonlySet<string>>): Promise<readonly string[]> {
    const { queue, clock, until = Number.POSITIVE_INFINITY } = this.#options;
    const named: string[] = [];
    const goesOn = (): boolean =>
      !this.#toTheEnd &&
      this.#failure === undefined &&
      this.#held.size < MOST_HELD &&
      this.#counts.messages < MOST_TAKEN &&
      clock() < until;
    // One asks first: mostly there is little.
    let receivers = 1;
    while (goesOn()) {
      const asked = Array.from({ length: receivers }, () => this.#using(() => queue.receive()));
      const answers = await Promise.all(asked);
      const useless: string[] = [];
      const messages = answers
        .flatMap((answer) => answer ?? [])
        .map((message) => ({ ...message, paths: this.#pathsOf(message) }));
      const done = await doneAmong(messages.flatMap(({ paths }) => paths));
      for (const message of messages) {
        const open = message.paths.filter((path) => !done.has(path));
        if (open.length === 0) useless.push(message.receipt);
        // Handed out twice: the last receipt counts.
        else this.#held.set(message.id, { receipt: message.receipt, paths: open });
        named.push(...open);
      }
      await this.#remove(useless);
      // Of several that ask at once, one may get nothing while there is more: only an answer to all of them is the end.
      this.#toTheEnd = answers.every((answer) => answer?.length === 0);
      receivers = messages.length >= receivers * MANY ? RECEIVERS : 1;
    }
    return named;
  }

  /** Removes the messages that nothing is left to do about. */
  async settle(isDone: (path: string) => boolean): Promise<void> {
    const done = [...this.#held].filter(([, { paths }]) => paths.every(isDone));
    await this.#remove(done.map(([, { receipt }]) => receipt));
    for (const [id] of done) this.#held.delete(id);
  }

  /** Gives back what is held. */
  async release(): Promise<void> {
    const receipts = [...this.#held.values()].map(({ receipt }) => receipt);
    this.#held.clear();
    if (receipts.length > 0) await this.#using(() => this.#options.queue.release(receipts));
  }

  /** Paths of the objects that a message says were created in this lake; counts what it says besides. */
  #pathsOf({ body }: EventMessage): readonly string[] {
    this.#counts.messages += 1;
    const event = readObjectEvent(body);
    if (event === undefined) {
      this.#counts.unreadable += 1;
      if (this.#texts.length < TEXTS_SHOWN) this.#texts.push(body.slice(0, 200));
    }
    return (event?.created ?? []).flatMap(({ bucket, key }) => this.#pathOf(bucket, key) ?? []);
  }

  #pathOf(bucket: string, key: string): string | undefined {
    const { events } = this.#options;
    const path = key.slice(events.root.length);
    if (bucket !== events.bucket || !key.startsWith(events.root) || !path.startsWith('events/')) {
      this.#counts.elsewhere += 1;
      return undefined;
    }
    const object = eventObjectAt(path);
    if (object === 'stray') this.#strays.add(path);
    return typeof object === 'object' ? path : undefined;
  }

  async #remove(receipts: readonly string[]): Promise<void> {
    if (receipts.length === 0) return;
    const removed = await this.#using(async () => {
      await this.#options.queue.remove(receipts);
      return receipts.length;
    });
    this.#counts.removed += removed ?? 0;
  }

  async #using<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (error) {
      this.#failure ??= messageOf(error);
      return undefined;
    }
  }
}
