import { buildRegistry, type Config } from '../model/index.js';
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
    registry: buildRegistry({
      tenants: config.tenants,
      plans: config.plans,
      sharedNamespaces: config.shared_namespaces,
    }),
  });
  for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
