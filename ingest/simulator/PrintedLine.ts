/** What one line says was consumed: one usage entry. */
export interface LineUsage {
  /** The consumer a shared service named; left out where the emitter consumed it itself. */
  readonly consumer?: string;
  readonly service: 'DynamoDB' | 'Ingress';
  readonly resource: string;
  readonly operation: string;
  readonly meter: string;
  /** Quantity in halves of the unit: every simulated quantity is a multiple of 0.5, so sums stay exact integers. */
  readonly halves: number;
}

/** A line as a container printed it, with what a faithful pipeline must read in it. */
export interface PrintedLine {
  readonly container: string;
  readonly log: string;
  /** The time a pipeline must take from the text (epoch ms), or null where the envelope's stamp decides. */
  readonly statedTime: number | null;
  readonly usage: readonly LineUsage[];
}
