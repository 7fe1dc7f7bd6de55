import type { Command } from 'commander';
import { AppError, type ConfigProblem, formatProblem, parseConfig } from '../../model/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { readConfigFile, withRegistry } from '../loadConfig.js';

/** `tenantscope vet [FILE…]`: checks configuration files and prints every problem at once. */
export function addVetVerb(program: Command, context: CliContext): void {
  program
    .command('vet')
    .description('check configuration files; every problem at once, as file:line:column')
    .argument('[files...]', 'files to check', ['tenantscope.yaml'])
    .option('--json', 'problems as JSON on stdout')
    .addHelpText('after', '\nExamples:\n  tenantscope vet\n  tenantscope vet staging.yaml production.yaml --json')
    .action(async (files: string[], flags: { json?: true }) => {
      const problems: ConfigProblem[] = [];
      for (const file of files) {
        const parsed = parseConfig(await readConfigFile(file), file);
        if (!parsed.ok) problems.push(...parsed.problems);
        else if (parsed.config.registry.from !== undefined) {
          // What lives in the cloud is checked where it is written; a file is at hand.
          const remote = parsed.config.registry.from.includes('://');
          if (remote) printNote(context, `${file}: the registry ${parsed.config.registry.from} is not checked here`);
          else await withRegistry(parsed.config);
        }
      }
      if (flags.json === true) printData(context, JSON.stringify({ files, problems }, null, 2));
      else for (const problem of problems) printData(context, formatProblem(problem));
      if (problems.length > 0) {
        throw new AppError('CONFIG_INVALID', `${problems.length} problem(s) in ${files.join(', ')}`, {
          hint: 'docs/configuration.md lists every key and its values',
        });
      }
      printNote(context, `${files.join(', ')}: no problem`);
    });
}
