export { awsPricesSchema } from './AwsPrices.js';
export { cellCapacity, DEFAULT_PARTITION_QUOTA, partitionAlarm } from './cellCapacity.js';
export { formatPlan } from './formatPlan.js';
export { planCells } from './planCells.js';
export { planOf } from './planOf.js';
export { type QuotaUse, quotaOf } from './quotaOf.js';
export { CELL_ALARMS, CELL_COMPOSITES, DEFAULT_WORKLOAD, type Workload } from './Workload.js';
