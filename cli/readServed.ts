import { Writable } from 'node:stream';
import { buildPage } from '../dashboard/index.js';
import type { Served } from '../serve/index.js';
import type { CliContext } from './CliContext.js';
import { dashboardData } from './dashboardData.js';
import { detectIn } from './detectIn.js';
import { type ConfigFlags, loadConfig } from './loadConfig.js';
import { metricFacts } from './metricFacts.js';
import { resolveWindowFlags, type WindowFlags } from './windowFlags.js';
import { withEngine } from './withEngine.js';

/**
 * Reads once what `serve` shows. The project file is read anew: tenants that were added since are shown. What the engine leaves
 * out of the lake stands in the page, beside its completeness, so it is not said on stderr at every reading.
 */
export async function readServed(flags: ConfigFlags & WindowFlags, context: CliContext): Promise<Served> {
  const quiet = { ...context, stderr: new Writable({ write: (_chunk, _encoding, done) => done() }) };
  const config = await loadConfig(flags, quiet);
  return withEngine(config, quiet, async (engine) => {
    const window = await resolveWindowFlags(engine, flags, '24h');
    const findings = await detectIn(engine, config, window);
    const facts = await metricFacts(engine, config);
    const page = buildPage(await dashboardData(engine, config, { window, findings, bill: null, reconciled: null }));
    return { page, facts };
  });
}
