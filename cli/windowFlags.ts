import type { Command } from 'commander';
import type { Window } from '../model/index.js';
import { type Engine, resolveWindow, watermark } from '../queries/index.js';

/** The flags that choose a window of time. */
export interface WindowFlags {
  readonly since?: string;
  readonly until?: string;
  readonly last?: string;
}

/** Adds --since, --until and --last to a command. */
export function addWindowFlags(command: Command): void {
  command
    .option('--since <time>', 'start, UTC: 2026-11-23 or 2026-11-23T10:00Z')
    .option('--until <time>', 'end, not included, UTC')
    .option('--last <duration>', 'this long, up to where the data is complete: 24h, 7d');
}

/** The window the flags mean; `--last` ends where the ledger's data ends, so that it never shows a partial hour. */
export async function resolveWindowFlags(engine: Engine, flags: WindowFlags, defaultLast: string): Promise<Window> {
  // Where the end is given, nobody has to be asked for it: on some engines each question costs.
  const dataThrough = flags.until === undefined ? (await watermark(engine)).dataThrough : null;
  const last = flags.last ?? (flags.since === undefined && flags.until === undefined ? defaultLast : undefined);
  return resolveWindow(
    {
      ...(flags.since === undefined ? {} : { since: flags.since }),
      ...(flags.until === undefined ? {} : { until: flags.until }),
      ...(last === undefined ? {} : { last }),
    },
    dataThrough,
  );
}
