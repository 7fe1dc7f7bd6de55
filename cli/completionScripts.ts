/**
 * Each asks the command itself, so that names are those of the project and flags those of the version that is there. What it does
 * not answer is completed as a file. zsh's works both ways: loaded as the function of its file, and read by `source`.
 */
export const COMPLETION_SCRIPTS = {
  bash: `_tenantscope() {
  local IFS=$'\\n' word
  COMPREPLY=()
  while read -r word; do
    COMPREPLY+=("$word")
    [[ $word == *= ]] && compopt -o nospace 2>/dev/null
  done < <(tenantscope completion words -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o default -F _tenantscope tenantscope`,
  zsh: `#compdef tenantscope
_tenantscope() {
  local -a found open
  found=(\${(f)"$(tenantscope completion words -- "\${(@)words[2,CURRENT]}" 2>/dev/null)"})
  open=(\${(M)found:#*=})
  found=(\${found:#*=})
  if (( \${#found} + \${#open} )); then
    (( \${#found} )) && compadd -a found
    (( \${#open} )) && compadd -S '' -a open
  else
    _files
  fi
}
if [[ $funcstack[1] == _tenantscope ]]; then _tenantscope "$@"; else compdef _tenantscope tenantscope; fi`,
  fish: `function __tenantscope_words
  set -l words (commandline -opc)
  set -l typed (commandline -ct)
  set -l found (tenantscope completion words -- $words[2..-1] "$typed" 2>/dev/null)
  if test (count $found) -gt 0
    printf '%s\\n' $found
  else
    __fish_complete_path "$typed"
  end
end
complete -c tenantscope -f -a '(__tenantscope_words)'`,
} as const;

/** The shells that can be completed in. */
export const SHELLS = Object.keys(COMPLETION_SCRIPTS) as (keyof typeof COMPLETION_SCRIPTS)[];
