import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { AppError } from '../../model/index.js';
import type { RegistryStore } from './RegistryStore.js';

/** A registry in a file; its version is the hash of its bytes. */
export function fileRegistryStore(path: string): RegistryStore {
  return {
    name: path,
    load: async (known) => {
      const text = await readFile(path, 'utf8').catch((cause: unknown) => {
        throw new AppError('INPUT_NOT_FOUND', 'cannot read the registry', {
          got: path,
          hint: 'registry.from in tenantscope.yaml names it',
          cause,
        });
      });
      const version = hash('sha256', text, 'hex').slice(0, 16);
      return version === known ? undefined : { version, text };
    },
  };
}
