export { type AwsPrices, awsPricesSchema } from './AwsPrices.js';
export { cellCapacity, DEFAULT_PARTITION_QUOTA, partitionAlarm } from './cellCapacity.js';
export { BOOKED_AT_ONCE, CELL_ALARMS, CELL_COMPOSITES, JOB_SECONDS, JOB_SIZES } from './deployedParts.js';
export { formatPlan } from './formatPlan.js';
export { type Assumptions, assumptionsSchema } from './jobs/assumptions.js';
export { planCells } from './planCells.js';
export { planOf } from './planOf.js';
export { type QuotaUse, quotaOf } from './quotaOf.js';
export { DEFAULT_WORKLOAD, type Workload } from './Workload.js';
