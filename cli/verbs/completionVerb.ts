import type { Command } from 'commander';
import { type CliContext, printData } from '../CliContext.js';
import { completeWords } from '../completeWords.js';
import { oneOf } from '../oneOf.js';

/** Each asks the command itself, so that names are those of the project and flags those of the version that is there. */
const SCRIPTS = {
  bash: `_tenantscope() {
  local IFS=$'\\n'
  COMPREPLY=($(tenantscope completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null))
}
complete -o default -F _tenantscope tenantscope`,
  zsh: `#compdef tenantscope
_tenantscope() {
  local -a found
  found=(\${(f)"$(tenantscope completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  if (( \${#found} )); then compadd -a found; else _files; fi
}
compdef _tenantscope tenantscope`,
  fish: `function __tenantscope_words
  set -l words (commandline -opc)
  tenantscope completion words -- $words[2..-1] (commandline -ct) 2>/dev/null
end
complete -c tenantscope -a '(__tenantscope_words)'`,
} as const;

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
      const asked = oneOf('<shell>', shell, ['bash', 'zsh', 'fish', 'words']);
      if (asked !== 'words') return printData(context, SCRIPTS[asked]);
      const found = await completeWords(words, context, programFor);
      if (found.length > 0) printData(context, found.join('\n'));
    });
}
