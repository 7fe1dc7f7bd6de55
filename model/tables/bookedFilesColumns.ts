import type { Column } from './Column.js';

/**
 * Per booking, what later bookings need to know of the files lines were read from: how far reading had come in each hour.
 * A file that is read again (a lost position database) shows by offsets that an earlier hour had.
 */
export const BOOKED_FILES_COLUMNS: readonly Column[] = [
  { name: 'emitter', type: 'varchar', description: 'the tenant whose pod printed the lines' },
  { name: 'cluster', type: 'varchar', description: 'k8s.cluster.name; empty when unknown' },
  { name: 'pod', type: 'varchar', description: 'k8s.pod.uid, or k8s.pod.name without one' },
  { name: 'container', type: 'varchar', description: 'k8s.container.name; empty when unknown' },
  { name: 'source_file', type: 'varchar', description: 'file the lines were read from' },
  { name: 'id_hour', type: 'timestamp', description: 'hour of the agent’s stamp' },
  { name: 'first_seen', type: 'timestamp', description: 'first stamp in the hour' },
  { name: 'first_offset', type: 'bigint', description: 'byte offset of the line with it' },
  { name: 'last_seen', type: 'timestamp', description: 'last stamp in the hour' },
  { name: 'last_offset', type: 'bigint', description: 'byte offset of the line with it' },
  { name: 'least_offset', type: 'bigint', description: 'least byte offset of the hour' },
  { name: 'greatest_offset', type: 'bigint', description: 'greatest byte offset of the hour' },
  {
    name: 'repeated_offset',
    type: 'bigint',
    description: 'greatest byte offset of a line that another hour had before; null when there was none',
  },
];
