import { partitionOf } from '../../model/index.js';
import type { BookedObjects } from './BookedObjects.js';
import type { FoundObject, ObjectSource, ObjectSurvey } from './ObjectSource.js';
import { PartitionCounts } from './PartitionCounts.js';

/** The objects of a local lake's finished imports, as the import journal has them. */
export function journalObjects(): ObjectSource & ObjectSurvey {
  const unbooked = async (booked: BookedObjects): Promise<readonly FoundObject[]> =>
    (await booked.unbooked()).map(({ path, rows, sha256 }) => {
      const { tenantId = '', dt = '' } = partitionOf(path) ?? {};
      return { path, emitter: tenantId, dt, rows, sha256 };
    });
  return {
    journal: true,
    list: async (booked) => ({ objects: await unbooked(booked), strays: [] }),
    survey: async (booked) => ({ partitions: new PartitionCounts().add(await unbooked(booked)).list(), strays: [] }),
    booked: async () => undefined,
  };
}
