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

/** What a line must be recognised as; the names are those of the lake's column `format`. */
export type PrintedFormat =
  | 'json'
  | 'emf'
  | 'nginx'
  | 'apache_common'
  | 'traefik'
  | 'envoy'
  | 'klog'
  | 'syslog'
  | 'logfmt'
  | 'stack_trace'
  | 'alb'
  | 'lambda_report'
  | 'text';

/** A line as a container printed it, with what a faithful pipeline must read in it. */
export interface PrintedLine {
  readonly container: string;
  readonly log: string;
  readonly format: PrintedFormat;
  /** The time a pipeline must take from the text (epoch ms), or null where the envelope's stamp decides. */
  readonly statedTime: number | null;
  readonly usage: readonly LineUsage[];
}
