import { hash } from 'node:crypto';
import type { Config, Registry } from '../../model/index.js';
import { registryOf } from '../../model/index.js';
import type { RegistrySnapshot } from './CachedRegistry.js';

/** Where a transform gets its registry. */
export interface RegistrySource {
  /** The snapshot to use now. Throws AppError when there is none. */
  current(): Promise<RegistrySnapshot>;
  /** Resolves when nothing is under way any more. */
  settled(): Promise<void>;
}

/** The tenants that stand in tenantscope.yaml itself; the version is the hash of the file. */
export function fixedRegistry(config: Config, text: string): RegistrySource {
  const registry: Registry = registryOf(config);
  const snapshot = { version: hash('sha256', text, 'hex').slice(0, 16), registry };
  return { current: async () => snapshot, settled: async () => {} };
}
