/** What was read, and when. Instants are epoch milliseconds, UTC. */
export interface GoodReading<T> {
  readonly value: T;
  /** When the reading began: what it shows is as of then. */
  readonly at: number;
  readonly tookMs: number;
}

/** How things stand: what there is to show, and what is wrong with it. */
export interface ReadingState<T> {
  /** The last reading that went well; null before there is one. */
  readonly good: GoodReading<T> | null;
  /** Why the last reading failed, and when it began; null when it went well or there was none. */
  readonly failure: { readonly error: unknown; readonly at: number } | null;
  readonly underWay: boolean;
  /** Readings that ended, since the start. */
  readonly done: { readonly ok: number; readonly failed: number };
}

/** What a reading touches of the outside. */
export interface LiveReadingParts<T> {
  readonly read: () => Promise<T>;
  /** Epoch milliseconds. */
  readonly clock: () => number;
  /** A reading older than this is followed by another when somebody asks. */
  readonly refreshMs: number;
  /** Told after each reading. */
  readonly ended?: (state: ReadingState<T>) => void;
}

/**
 * Reads again when somebody asks for what has grown old, and shows what it has meanwhile. At most one reading is under way, since
 * each opens an engine; one that failed is tried again after the same time, and what was read before it stays.
 */
export class LiveReading<T> {
  readonly #parts: LiveReadingParts<T>;
  #state: ReadingState<T> = { good: null, failure: null, underWay: false, done: { ok: 0, failed: 0 } };
  #begun: number | undefined;
  #running: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(parts: LiveReadingParts<T>) {
    this.#parts = parts;
  }

  /** How things stand now; begins a reading when the last one has grown old and none is under way. */
  current(): ReadingState<T> {
    const now = this.#parts.clock();
    const due = this.#begun === undefined || now - this.#begun >= this.#parts.refreshMs;
    if (due && !this.#state.underWay && !this.#closed) {
      this.#begun = now;
      this.#state = { ...this.#state, underWay: true };
      this.#running = this.#read(now);
    }
    return this.#state;
  }

  /** Begins no more readings, and waits for the one under way, so that its engine is closed. */
  async close(): Promise<void> {
    this.#closed = true;
    await this.#running;
  }

  async #read(at: number): Promise<void> {
    const { done } = this.#state;
    try {
      const value = await this.#parts.read();
      const good = { value, at, tookMs: this.#parts.clock() - at };
      this.#state = { good, failure: null, underWay: false, done: { ...done, ok: done.ok + 1 } };
    } catch (error) {
      this.#state = {
        ...this.#state,
        failure: { error, at },
        underWay: false,
        done: { ...done, failed: done.failed + 1 },
      };
    }
    this.#parts.ended?.(this.#state);
  }
}
