import type { Command } from 'commander';
import { registryOf } from '../../model/index.js';
import { grafanaFiles } from '../../serve/index.js';
import { type CliContext, printNote } from '../CliContext.js';
import { type ConfigFlags, loadConfig } from '../loadConfig.js';
import { printJson } from '../printJson.js';
import { writeFolder } from '../writeFolder.js';

/** `tenantscope dashboard grafana`: two dashboards for Grafana, over /metrics and over Athena. */
export function addGrafanaVerb(program: Command, context: CliContext): void {
  const dashboard = program.commands.find((command) => command.name() === 'dashboard') ?? program.command('dashboard');
  dashboard
    .command('grafana')
    .description('write dashboards for Grafana: one over /metrics of `tenantscope serve`, one over Athena')
    .requiredOption('--out <dir>', 'the folder they go to')
    .option(
      '--config <file>',
      'project file, whose list prices the Athena dashboard weighs by (default: ./tenantscope.yaml)',
    )
    .option('--json', 'the files as JSON on stdout')
    .addHelpText(
      'after',
      '\nImport them in Grafana under Dashboards, New, Import; examples/grafana/README.md says how.\n\nExamples:\n  tenantscope dashboard grafana --out ./grafana',
    )
    .action(async (flags: ConfigFlags & { readonly out: string; readonly json?: true }) => {
      const config = await loadConfig(flags, context);
      const files = grafanaFiles({ listPrices: config.list_prices, registry: registryOf(config) });
      await writeFolder(flags.out, files);
      if (flags.json === true) printJson(context, { out: flags.out, files: [...files.keys()] });
      for (const name of files.keys()) printNote(context, `wrote ${flags.out}/${name}`);
    });
}
