import type { StreamName } from './Chunk.js';
import type { PodSource } from './PodSource.js';

/** Whose pods print: a tenant's, or the shared service's, which work for many. */
export interface Emitter {
  readonly tenant: string;
  readonly shared: boolean;
  readonly stream: StreamName;
  readonly pods: readonly [PodSource, ...PodSource[]];
}
