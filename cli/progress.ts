import type { CliContext } from './CliContext.js';

/** Shows how far a long job is. Call `update` as often as you like and `end` once. */
export interface ProgressLine {
  /** Says how far the job is; with `part` (0 to 1), also about how long the rest takes at the pace so far. */
  update(text: string, part?: number): void;
  end(): void;
}

const TTY_INTERVAL_MS = 100;
const PLAIN_INTERVAL_MS = 5_000;

/** How progress is shown: as a line that rewrites itself, as plain lines, or not at all. */
export function progressStyle({ stderr, env, quiet, progress }: CliContext): 'live' | 'plain' | 'none' {
  if (quiet === true) return 'none';
  if (stderr.isTTY === true) return env.TERM === 'dumb' ? 'plain' : 'live';
  return progress === true ? 'plain' : 'none';
}

/** A line on stderr that rewrites itself on a terminal; elsewhere a plain line every few seconds, and only with `--progress`. */
export function progressLine(context: CliContext): ProgressLine {
  const style = progressStyle(context);
  const terminal = style === 'live';
  const interval = terminal ? TTY_INTERVAL_MS : PLAIN_INTERVAL_MS;
  const begun = context.clock();
  let last = begun;
  let shown = false;
  return {
    update(text, part) {
      if (style === 'none') return;
      const now = context.clock();
      if (now - last < interval) return;
      last = now;
      shown = true;
      const said = `${text}${timeLeft(now - begun, part)}`;
      context.stderr.write(terminal ? `\r\u001b[2K${said}` : `${said}\n`);
    },
    end() {
      if (terminal && shown) context.stderr.write('\r\u001b[2K');
    },
  };
}

function timeLeft(elapsedMs: number, part: number | undefined): string {
  if (part === undefined || !(part > 0 && part <= 1)) return '';
  return `, about ${Math.ceil((elapsedMs * (1 - part)) / part / 1_000)} s left`;
}
