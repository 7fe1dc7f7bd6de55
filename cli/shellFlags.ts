import { shellWord } from '../dashboard/index.js';
import type { ConfigFlags } from './loadConfig.js';

/** The flags that name lake and project file, as a shell takes them, each with a blank before it: for commands that are shown. */
export function shellFlags({ config, lake }: ConfigFlags): string {
  const given = { '--config': config, '--lake': lake };
  return Object.entries(given)
    .flatMap(([flag, value]) => (value === undefined ? [] : [` ${flag} ${shellWord(value)}`]))
    .join('');
}
