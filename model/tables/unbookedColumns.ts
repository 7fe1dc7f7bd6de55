import type { Column } from './Column.js';

/** The view of what was delivered and is in no finished booking, one row a tenant and arrival date. */
export const UNBOOKED_COLUMNS: readonly Column[] = [
  { name: 'tenant_id', type: 'varchar', description: 'the tenant whose pods printed the lines' },
  { name: 'dt', type: 'varchar', description: 'UTC date of arrival, YYYY-MM-DD' },
  { name: 'objects', type: 'bigint', description: 'objects delivered and not booked' },
];
