import { Writable } from 'node:stream';
import { buildPage } from '../dashboard/index.js';
import { DATA_PATH, type Served } from '../serve/index.js';
import type { CliContext } from './CliContext.js';
import { gatherPageIn, type PageFlags } from './gatherPage.js';
import type { ConfigFlags } from './loadConfig.js';
import { loadRates } from './loadRates.js';
import { metricFacts } from './metricFacts.js';
import type { WindowFlags } from './windowFlags.js';
import { withEngine } from './withEngine.js';

/**
 * Reads once what `serve` shows: what `dashboard build` would put into a file. The project file is read anew: tenants that were added
 * since are shown. What the engine leaves out of the lake stands in the page, so it is not said on stderr at every reading.
 *
 * @param refreshSeconds how often an open page asks for newer data
 */
export async function readServed(
  flags: ConfigFlags & WindowFlags & Pick<PageFlags, 'callers'>,
  refreshSeconds: number,
  context: CliContext,
): Promise<Served> {
  const { answer: _, ...rest } = context;
  const quiet = { ...rest, stderr: new Writable({ write: (_chunk, _encoding, done) => done() }) };
  const rates = await loadRates(flags, quiet);
  return withEngine(rates.config, quiet, async (engine) => {
    const data = await gatherPageIn(engine, rates, flags, quiet);
    const facts = await metricFacts(engine, rates.config);
    const page = buildPage(data, { refresh: { url: DATA_PATH, seconds: refreshSeconds } });
    return { page, data: JSON.stringify(data), facts };
  });
}
