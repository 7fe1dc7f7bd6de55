import { AppError, type Config, type TenantId } from '../model/index.js';
import type { Engine } from '../queries/index.js';
import { type CliContext, printNote } from './CliContext.js';
import { type OpenEngine, openEmbedded } from './engineFlags.js';

/**
 * Opens an engine over the configured lake, does the work, says what of the lake it leaves out, and closes it whatever happens.
 * Throws PERMISSION_DENIED when it is to show one tenant's rows only and cannot.
 */
export async function withEngine<T>(
  config: Config,
  context: CliContext,
  work: (engine: Engine) => Promise<T>,
  open: OpenEngine = openEmbedded,
  tenant?: TenantId,
): Promise<T> {
  const engine = await open(config, context, tenant);
  try {
    if (tenant !== undefined && engine.tenant !== tenant) {
      throw new AppError('PERMISSION_DENIED', 'this engine cannot be held to one tenant', {
        expected: '--engine duckdb or trino, since this is run as one tenant',
        got: engine.tenant ?? "an engine that shows everyone's rows",
      });
    }
    for (const gap of engine.gaps) printNote(context, `warning: ${gap}`);
    return await work(engine);
  } finally {
    await engine.close();
  }
}
