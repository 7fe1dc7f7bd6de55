import type { PrintedLine } from '../PrintedLine.js';
import type { Prng } from '../Prng.js';

/** Where and when a line of other software is printed. */
export interface FormatContext {
  readonly pod: string;
  /** Epoch milliseconds. */
  readonly time: number;
  /** Scales response bodies; see `httpCall`. */
  readonly size: number;
}

/** Prints one line of a format. */
export type FormatPrinter = (prng: Prng, at: FormatContext) => PrintedLine;

/** The container that prints what an application's libraries and runtimes print. */
export const APP_CONTAINER = 'catalog-api';
/** The container of a tenant's own server or proxy. */
export const EDGE_CONTAINER = 'edge';
