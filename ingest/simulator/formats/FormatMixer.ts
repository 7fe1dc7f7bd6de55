import type { PrintedLine } from '../PrintedLine.js';
import { Prng } from '../Prng.js';
import { combinedLine, commonLine, traefikLine } from './accessLines.js';
import { albLine, lambdaReportLine } from './awsLines.js';
import { envoyLine } from './envoyLine.js';
import type { FormatContext, FormatPrinter } from './FormatContext.js';
import { emfLine, logfmtLine, logrusLine, pinoLine, zapLine } from './loggerLines.js';
import { stackTraceLine } from './stackTraceLine.js';
import { klogLine, syslogLine } from './systemLines.js';

const PRINTERS: readonly FormatPrinter[] = [
  logfmtLine,
  klogLine,
  syslogLine,
  combinedLine,
  commonLine,
  envoyLine,
  traefikLine,
  albLine,
  lambdaReportLine,
  stackTraceLine,
  pinoLine,
  zapLine,
  logrusLine,
  emfLine,
];

/**
 * Prints a share of the text lines in the formats of other software, every format in turn for each tenant, so that even
 * short runs have most of them. It draws from a generator of its own: the other lines are those of a run without it.
 */
export class FormatMixer {
  readonly #prng: Prng;
  readonly #share: number;
  readonly #turns = new Map<string, number>();

  /** `share`: of the text lines, 0 to 1. */
  constructor(seed: number, share: number) {
    this.#prng = new Prng(new Prng(seed).int(0x1_0000_0000));
    this.#share = share;
  }

  /** The line to print in place of one of a tenant's text lines, or undefined to let that line be. */
  instead(tenant: string, at: FormatContext): PrintedLine | undefined {
    if (!this.#prng.chance(this.#share)) return undefined;
    const turn = this.#turns.get(tenant) ?? this.#prng.int(PRINTERS.length);
    this.#turns.set(tenant, turn + 1);
    return PRINTERS[turn % PRINTERS.length]?.(this.#prng, at);
  }
}
