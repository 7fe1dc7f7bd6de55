import { buildRegistry, type Config } from '../model/index.js';
import { type Engine, openDuckDb } from '../queries/index.js';

/** Opens the embedded engine over the configured lake, does the work, and closes it whatever happens. */
export async function withEngine<T>(config: Config, work: (engine: Engine) => Promise<T>): Promise<T> {
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
  try {
    return await work(engine);
  } finally {
    await engine.close();
  }
}
