export { awsPricesSchema } from './AwsPrices.js';
export { cellCapacity, DEFAULT_PARTITION_QUOTA, partitionAlarm } from './cellCapacity.js';
export { formatPlan, planOf } from './formatPlan.js';
export { planCells } from './planCells.js';
export { DEFAULT_WORKLOAD, type Workload } from './Workload.js';
