import { readdirSync } from 'node:fs';
import { join } from 'node:path';

/** What is not ours, or made. */
const SKIPPED = new Set(['node_modules', 'dist', 'coverage', 'cdk.out', 'golden', 'tenantscope-demo', '.git', '.ci']);

/** Every page of the repository, by its path from the root. */
export function markdownFiles(folder = '.'): readonly string[] {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => !SKIPPED.has(name))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return markdownFiles(path);
      return entry.name.endsWith('.md') ? [path] : [];
    })
    .sort();
}
