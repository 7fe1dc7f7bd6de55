import { type Config, registryOf } from '../model/index.js';
import { type Engine, openDuckDb } from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';

/** Opens the embedded engine over the configured lake, does the work, says what of the lake it leaves out, and closes it whatever happens. */
export async function withEngine<T>(
  config: Config,
  context: CliContext,
  work: (engine: Engine) => Promise<T>,
): Promise<T> {
  const engine = await openDuckDb({
    lake: config.lake,
    memoryMb: config.engine.memory_mb,
    threads: config.engine.threads,
    listPrices: config.list_prices,
    registry: registryOf(config),
  });
  for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
