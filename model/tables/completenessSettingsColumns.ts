import type { Column } from './Column.js';

/** The view of how completeness is judged: one row, from `completeness` in tenantscope.yaml. */
export const COMPLETENESS_SETTINGS_COLUMNS: readonly Column[] = [
  {
    name: 'silent_minutes',
    type: 'bigint',
    description: 'minutes in a row without a heartbeat that are not yet silence',
  },
  {
    name: 'grace_minutes',
    type: 'bigint',
    description: 'how long a pod or a line is waited for, in minutes of arrival',
  },
];
