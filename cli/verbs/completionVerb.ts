import type { Command } from 'commander';
import { type CliContext, printData } from '../CliContext.js';
import { completeWords } from '../completeWords.js';
import { COMPLETION_SCRIPTS, SHELLS } from '../completionScripts.js';
import { oneOf } from '../oneOf.js';

/** `tenantscope completion`: the script a shell completes commands by. */
export function addCompletionVerb(
  program: Command,
  context: CliContext,
  programFor: (args: readonly string[]) => Promise<Command>,
): void {
  program
    .command('completion')
    .description('the script by which bash, zsh or fish completes verbs, flags, tenants, services and reports')
    .argument('<shell>', 'bash, zsh, fish; words: what may stand at the last of the words that follow')
    .argument('[words...]', 'what is typed so far, for words')
    .addHelpText(
      'after',
      '\nNames are read from the project file of the folder one is in, or of --config; of a registry in the cloud nothing is asked.\n\nExamples:\n  source <(tenantscope completion bash)\n  tenantscope completion zsh > ~/.zfunc/_tenantscope\n  tenantscope completion fish > ~/.config/fish/completions/tenantscope.fish\n  tenantscope completion words -- report run ten',
    )
    .action(async (shell: string, words: readonly string[]) => {
      const asked = oneOf('<shell>', shell, [...SHELLS, 'words']);
      if (asked !== 'words') return printData(context, COMPLETION_SCRIPTS[asked]);
      const found = await completeWords(words, context, programFor);
      if (found.length > 0) printData(context, found.join('\n'));
    });
}
