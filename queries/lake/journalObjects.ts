import { partitionOf } from '../../model/index.js';
import { listObjects } from '../ledger/lakeObjects.js';
import type { ObjectSource } from './ObjectSource.js';

/** The objects of a local lake's finished imports, as the import journal has them. */
export function journalObjects(lake: string): ObjectSource {
  return {
    list: async () => {
      const objects = (await listObjects(lake)).map(({ path, rows, sha256 }) => {
        const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
        return { path, emitter: tenantId, dt, rows, sha256 };
      });
      return { objects, strays: [] };
    },
    booked: async () => undefined,
  };
}
