import { MONTH_SECONDS, volumeOf, type Workload } from './Workload.js';

/** Bytes of an object at which Firehose writes it, however little time has passed. */
const OBJECT_BYTES = 128 * 1024 * 1024;

/** Objects that Firehose writes a month: one a tenant and buffer in which it prints anything, and those that are full before. */
export function objectsOf(workload: Workload): number {
  const { tenants, linesPerSecond, bufferSeconds } = workload;
  const busy = Math.min(1, linesPerSecond * bufferSeconds);
  return tenants * (MONTH_SECONDS / bufferSeconds) * busy + volumeOf(workload).bytes / OBJECT_BYTES;
}
