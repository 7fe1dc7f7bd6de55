export { buildPage } from './buildPage.js';
export type { DashboardData, ServiceShare } from './DashboardData.js';
