import type { Command } from 'commander';
import { AppError, type ConfigProblem, findBudgetProblems, formatProblem, parseConfig } from '../../model/index.js';
import { type CliContext, printData, printNote } from '../CliContext.js';
import { readConfigFile, withRegistry } from '../loadConfig.js';
import { readRates } from '../loadRates.js';
import { printJson } from '../printJson.js';

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
        const text = await readConfigFile(file);
        const parsed = parseConfig(text, file);
        if (!parsed.ok) {
          problems.push(...parsed.problems);
          continue;
        }
        problems.push(...findBudgetProblems(parsed.config, { text, file }));
        // What lives in the cloud is checked where it is written; a file is at hand.
        const { from } = parsed.config.registry;
        const remote = from?.includes('://') === true;
        if (remote) {
          printNote(context, `${file}: the registry ${from} is not checked here, nor the rate cards of its tenants`);
          continue;
        }
        const read = await readRates(await withRegistry(parsed.config), { file, text });
        problems.push(...read.problems);
      }
      if (flags.json === true) printJson(context, { files, problems });
      else for (const problem of problems) printData(context, formatProblem(problem));
      if (problems.length > 0) {
        throw new AppError('CONFIG_INVALID', `${problems.length} problem(s) in ${files.join(', ')}`, {
          hint: 'docs/configuration.md lists every key and its values',
        });
      }
      printNote(context, `${files.join(', ')}: no problem`);
    });
}
