export { buildPage } from './buildPage.js';
export type { DashboardData } from './DashboardData.js';
export { askedOnce } from './gather/askedOnce.js';
export type { BillInput } from './gather/gatherBill.js';
export type { CallerNames } from './gather/gatherCallers.js';
export { CALLER_NAMES } from './gather/gatherCallers.js';
export { gatherDashboard } from './gather/gatherDashboard.js';
export type { MarginInput } from './gather/gatherEconomics.js';
export { shellWord } from './shared/reportCommand.js';
