import type { ReportTarget } from '../../model/index.js';

/** One report as it is delivered: the same bytes to every target, however often it is tried. */
export interface Delivery {
  readonly fileName: string;
  readonly contentType: string;
  readonly content: Uint8Array;
  readonly subject: string;
  /** What a mail says around the file. */
  readonly text: string;
  readonly html: string;
}

/** How a target was reached, when it was not simply reached. */
export class DeliveryProblem extends Error {
  readonly outcome: 'again' | 'failed' | 'unknown';

  /** @param outcome `unknown`: it may have been delivered, and must not be sent again by itself */
  constructor(outcome: 'again' | 'failed' | 'unknown', message: string, cause?: unknown) {
    super(message, { cause });
    this.outcome = outcome;
  }
}

/** Brings deliveries to a kind of target. Throws a DeliveryProblem. */
export interface Deliverer {
  /** True when the same delivery made twice is one delivery. */
  readonly repeatable: boolean;
  deliver(target: ReportTarget, delivery: Delivery): Promise<void>;
}
