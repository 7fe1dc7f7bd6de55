import type { CliContext } from './CliContext.js';

/** Shows how far a long job is. Call `update` as often as you like and `end` once. */
export interface ProgressLine {
  update(text: string): void;
  end(): void;
}

const TTY_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;

/**
 * A line on stderr that rewrites itself on a terminal, and a plain line every few seconds elsewhere, so that logs stay
 * short.
 */
export function progressLine(context: CliContext): ProgressLine {
  const terminal = context.stderr.isTTY === true && context.env.TERM !== 'dumb';
  const interval = terminal ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS;
  let last = context.clock();
  let shown = false;
  return {
    update(text) {
      const now = context.clock();
      if (now - last < interval) return;
      last = now;
      shown = true;
      context.stderr.write(terminal ? `\r\u001b[2K${text}` : `${text}\n`);
    },
    end() {
      if (terminal && shown) context.stderr.write('\r\u001b[2K');
    },
  };
}
