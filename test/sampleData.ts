import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * A folder of sample data that the repository does not contain: under TENANTSCOPE_SAMPLE_DATA, else `shared/data` beside the
 * checkout. Undefined, with a message, where it is not at hand: the tests that need it are then skipped.
 */
export function sampleData(name: string): string | undefined {
  const root = process.env.TENANTSCOPE_SAMPLE_DATA ?? fileURLToPath(new URL('../../shared/data', import.meta.url));
  const folder = join(root, name);
  if (existsSync(folder)) return folder;
  console.warn(`skipped: no ${folder}; TENANTSCOPE_SAMPLE_DATA names the folder that holds ${name}/`);
  return undefined;
}
