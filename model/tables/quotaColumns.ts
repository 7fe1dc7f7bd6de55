import type { Column } from './Column.js';

/** The view of the configured quotas. */
export const QUOTA_COLUMNS: readonly Column[] = [
  { name: 'name', type: 'varchar', description: 'name of the quota' },
  { name: 'service', type: 'varchar', description: 'the shared service' },
  { name: 'meter', type: 'varchar', description: 'what is counted' },
  { name: 'per', type: 'varchar', description: 'second, hour, day or month' },
  { name: 'grain', type: 'varchar', description: 'what use is added up over: hour, day or month' },
  {
    name: 'limit_micros',
    type: { decimal: [38, 0] },
    description: 'the limit over the grain, in millionths of the unit',
  },
];
