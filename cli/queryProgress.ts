import type { Engine } from '../queries/index.js';
import { byteText } from './byteSize.js';
import type { CliContext } from './CliContext.js';
import { progressStyle } from './progress.js';

const FRAMES = [...'⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏'];
const TICK_MS = 200;
/** What is answered sooner needs no progress. */
const QUIET_MS = 500;

/**
 * Shows how far an engine's statement is, while the work runs: one line that rewrites itself on a terminal. Elsewhere a line
 * for each change of state, and only for an engine that queues statements: the others have one state.
 */
export async function withProgress<T>(
  context: CliContext,
  engine: Engine,
  quiet: boolean,
  work: () => Promise<T>,
): Promise<T> {
  const style = progressStyle(context);
  const terminal = style === 'live';
  // A statement that is queued somewhere is worth a line in a log, too.
  const worthLines = context.progress === true || engine.background !== undefined;
  if (quiet || context.quiet === true || engine.progress === undefined || !(terminal || worthLines)) return work();
  const begun = context.clock();
  let turn = 0;
  let shown = '';
  const timer = setInterval(() => {
    const elapsed = context.clock() - begun;
    const progress = engine.progress?.();
    if (progress === undefined || elapsed < QUIET_MS) return;
    const { state, done, bytesScanned, costUsd } = progress;
    const cost = costUsd === undefined ? '' : ` (~$${costUsd})`;
    const parts = [
      `${state} ${Math.floor(elapsed / 1_000)}s`,
      ...(done === undefined ? [] : [`${Math.floor(done * 100)} %`]),
      ...(bytesScanned === undefined ? [] : [`scanned ${byteText(Number(bytesScanned))}${cost}`]),
    ];
    if (terminal) context.stderr.write(`\r\u001b[2K${FRAMES[turn++ % FRAMES.length]} ${parts.join('  ')}`);
    else if (state !== shown) context.stderr.write(`${parts.join('  ')}\n`);
    shown = state;
  }, TICK_MS);
  try {
    return await work();
  } finally {
    clearInterval(timer);
    if (terminal && shown !== '') context.stderr.write('\r\u001b[2K');
  }
}
