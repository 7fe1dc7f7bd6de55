import type { Command } from 'commander';
import { type CliContext, printNote } from '../CliContext.js';
import { detectIn } from '../detectIn.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { addWindowFlags, resolveWindowFlags, type WindowFlags } from '../windowFlags.js';
import { withEngine } from '../withEngine.js';
import { writePage } from '../writePage.js';

/** `tenantscope dashboard build`: one self-contained HTML file. */
export function addDashboardVerb(program: Command, context: CliContext): void {
  const build = program
    .command('dashboard')
    .description('the page operators look at')
    .command('build')
    .description('write one self-contained HTML file')
    .requiredOption('--out <file>', 'where it goes')
    .option('--lake <dir>', 'the lake')
    .option('--config <file>', 'project file (default: ./tenantscope.yaml)')
    .addHelpText('after', '\nExamples:\n  tenantscope dashboard build --lake ./lake --out tenantscope.html');
  addWindowFlags(build);
  build.action(async (flags: ConfigFlags & WindowFlags & { out: string }) => {
    const config = await loadConfig(flags, context);
    await withEngine(config, context, async (engine) => {
      const window = await resolveWindowFlags(engine, flags, '24h');
      const findings = await detectIn(engine, config, window);
      await writePage(engine, config, { window, findings, bill: null, reconciled: null }, flags.out);
    });
    printNote(context, `wrote ${flags.out}`);
  });
}
