export { formatBillSummary } from './formatBillSummary.js';
export { monthWindow } from './period.js';
export { type RatedPeriod, rateCharges } from './rateCharges.js';
export { totalBilled, writeBillingExport } from './writeBillingExport.js';
