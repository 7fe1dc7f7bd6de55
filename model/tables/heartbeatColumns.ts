import type { Column } from './Column.js';

/** The view of agents' heartbeats, one row a heartbeat in a booked object. Counts are cumulative since `started`. */
export const HEARTBEAT_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the tenant whose pod the agent reads' },
  { name: 'event_time', type: 'timestamp', description: 'when the heartbeat was made' },
  { name: 'pod_uid', type: 'varchar', description: 'k8s.pod.uid' },
  { name: 'container', type: 'varchar', description: 'k8s.container.name' },
  { name: 'started', type: 'bigint', description: 'epoch seconds at which the agent began to count' },
  { name: 'lines_read', type: 'bigint', description: 'lines read' },
  { name: 'bytes_read', type: 'bigint', description: 'bytes of text read' },
  { name: 'lines_held_back', type: 'bigint', description: "lines the plan's limits held back" },
  { name: 'bytes_held_back', type: 'bigint', description: 'bytes of those' },
];
