/** Why a statement is given up although Athena has not ended it. */
export type StopReason = 'interrupted' | 'deadline';

/** Thrown by a guard; becomes an AppError where the query id is known. */
export class Stopped extends Error {
  readonly reason: StopReason;

  constructor(reason: StopReason) {
    super(reason);
    this.name = 'Stopped';
    this.reason = reason;
  }
}

/** Time, chance and waiting, injected so that tests need no clock. */
export interface Pacing {
  readonly now: () => number;
  readonly random: () => number;
  /** Waits, or ends early when the signal is raised; how it ends early does not matter. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** The limits of one statement: the user's Ctrl-C and the deadline. */
export class Guard {
  readonly signal: AbortSignal;
  readonly #pacing: Pacing;
  readonly #end: number;

  constructor(signal: AbortSignal, pacing: Pacing, deadlineMs: number) {
    this.signal = signal;
    this.#pacing = pacing;
    this.#end = pacing.now() + deadlineMs;
  }

  /** Throws {@link Stopped} when the statement must be given up. */
  check(): void {
    if (this.signal.aborted) throw new Stopped('interrupted');
    if (this.#pacing.now() >= this.#end) throw new Stopped('deadline');
  }

  /** Waits although the statement is given up: for the calls that clean up after it. */
  async pause(ms: number): Promise<void> {
    await this.#pacing.sleep(ms, new AbortController().signal);
  }

  /**
   * Waits after the `turn`th try, counted from 0: growing, capped, and by half at random, so that many clients which
   * were throttled together do not come back together. Never waits past the deadline.
   */
  async backOff(turn: number, firstMs: number, capMs: number): Promise<void> {
    const whole = Math.min(capMs, firstMs * 1.5 ** Math.min(turn, 40));
    const wait = Math.min(whole / 2 + (whole / 2) * this.#pacing.random(), this.#end - this.#pacing.now());
    this.check();
    await this.#pacing.sleep(wait, this.signal).catch((error: unknown) => {
      if (!this.signal.aborted) throw error;
    });
    this.check();
  }
}
