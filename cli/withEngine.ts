import type { Config } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { type OpenEngine, openEmbedded } from './engineFlags.js';

/** Opens an engine over the configured lake, does the work, says what of the lake it leaves out, and closes it whatever happens. */
export async function withEngine<T>(
  config: Config,
  context: CliContext,
  work: (engine: Engine) => Promise<T>,
  open: OpenEngine = openEmbedded,
): Promise<T> {
  const engine = await open(config, context);
  for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
