import type { Column } from './Column.js';

const KEYS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the tenant whose pod the agent reads' },
  { name: 'cluster', type: 'varchar', description: 'k8s.cluster.name' },
  { name: 'namespace', type: 'varchar', description: 'k8s.namespace.name' },
  { name: 'pod', type: 'varchar', description: 'k8s.pod.name' },
  { name: 'pod_uid', type: 'varchar', description: 'k8s.pod.uid' },
  { name: 'container', type: 'varchar', description: 'k8s.container.name' },
  { name: 'started', type: 'bigint', description: 'epoch seconds at which the agent began to count' },
  { name: 'event_hour', type: 'timestamp', description: 'UTC hour the row is about, by the agent’s clock' },
];

const HEARD: readonly Column[] = [
  { name: 'first_heard', type: 'timestamp', description: 'first heartbeat of the hour; null when only told of later' },
  { name: 'last_heard', type: 'timestamp', description: 'last heartbeat of the hour' },
  {
    name: 'arrival_through',
    type: 'timestamp',
    description: 'last arrival among the heartbeats of the hour',
  },
];

const CUMULATIVE: readonly Column[] = [
  { name: 'lines_read', type: 'bigint', description: 'greatest count of lines read since the agent started' },
  { name: 'bytes_read', type: 'bigint', description: 'greatest count of bytes read' },
  { name: 'lines_held_back', type: 'bigint', description: "greatest count of lines the plan's limits held back" },
  { name: 'bytes_held_back', type: 'bigint', description: 'greatest count of bytes of those' },
];

/**
 * Heartbeats as they are booked: one row an agent's process, container and hour, so that a month of them is read at a glance.
 * Rows of several bookings become one by the union of `minutes`, the least or the greatest of the others.
 */
export const BOOKED_HEARTBEATS_COLUMNS: readonly Column[] = [
  ...KEYS,
  { name: 'booked_date', type: 'varchar', description: 'UTC date it was booked on, YYYY-MM-DD' },
  { name: 'manifest', type: 'bigint', description: 'number of the manifest that booked it' },
  {
    name: 'minutes',
    type: 'bigint',
    description: 'the minutes heard: bit 0 is the first of the hour, bit 59 the last',
  },
  ...HEARD,
  ...CUMULATIVE,
  {
    name: 'first_lines_read',
    type: 'bigint',
    description: 'least count of lines read in the hour; 0 when the agent started in it',
  },
  { name: 'first_lines_held_back', type: 'bigint', description: 'least count of lines held back' },
  {
    name: 'hour_lines_read',
    type: 'bigint',
    description: 'lines stamped in the hour; null for agents that do not count by the hour',
  },
  { name: 'hour_lines_held_back', type: 'bigint', description: 'those of them held back' },
  {
    name: 'closed',
    type: 'bigint',
    description: '1 when a heartbeat after the hour told its counts, so that they are the last word; else 0',
  },
];

/** The view of them: rows of all bookings as one, and what of `minutes` a report needs. */
export const BOOKED_HEARTBEATS_VIEW: readonly Column[] = [
  ...KEYS,
  { name: 'minutes_heard', type: 'bigint', description: 'minutes of the hour with a heartbeat' },
  {
    name: 'silent_minutes',
    type: 'bigint',
    description: 'longest run of minutes without one, between the first and the last of the hour',
  },
  { name: 'silent_from', type: 'bigint', description: 'the minute it begins with, 0 to 59; null without one' },
  ...HEARD,
  ...CUMULATIVE,
  {
    name: 'hour_lines_read',
    type: 'bigint',
    description: 'lines stamped in the hour; of agents that do not count by the hour, those between its heartbeats',
  },
  { name: 'hour_lines_held_back', type: 'bigint', description: 'those of them held back' },
  { name: 'counted_by_hour', type: 'bigint', description: '1 for agents that count by the hour, else 0' },
  {
    name: 'closed',
    type: 'bigint',
    description: '1 when the counts of the hour are the last word; always for agents that do not count by it',
  },
];

/**
 * What else is known of who prints, per source (pod and container) and hour: lines, and when it was seen to run. A source
 * without a pod, an imported file, is one per tenant.
 */
export const BOOKED_SOURCES_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the tenant whose pod it is' },
  { name: 'pod_uid', type: 'varchar', description: 'k8s.pod.uid; null for lines of no pod' },
  { name: 'container', type: 'varchar', description: 'k8s.container.name; null for lines of no pod' },
  {
    name: 'hour',
    type: 'timestamp',
    description: 'UTC hour the agent stamped the lines in (id_hour); of lines of no pod the hour they happened in',
  },
  { name: 'booked_date', type: 'varchar', description: 'UTC date it was booked on, YYYY-MM-DD' },
  { name: 'manifest', type: 'bigint', description: 'number of the manifest that booked it' },
  { name: 'lines', type: 'bigint', description: 'lines counted, heartbeats and corrections left out' },
  { name: 'duplicates', type: 'bigint', description: 'lines left out because they were counted before' },
  { name: 'listed', type: 'bigint', description: 'samples in which the kubelet listed the container as running' },
  { name: 'first_seen', type: 'timestamp', description: 'earliest stamp of a line or sample' },
  { name: 'last_seen', type: 'timestamp', description: 'latest stamp of a line or sample' },
];
