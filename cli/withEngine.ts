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
        expected: 'an engine that shows one tenant only its own rows',
        got: engine.tenant ?? "an engine that shows everyone's rows",
      });
    }
    const said = [...engine.gaps];
    for (const gap of said) printNote(context, `warning: ${gap}`);
    const done = await work(engine);
    // What an engine in the cloud leaves out it knows only once it was asked something.
    for (const gap of engine.gaps) if (!said.includes(gap)) printNote(context, `warning: ${gap}`);
    return done;
  } finally {
    await engine.close();
  }
}
