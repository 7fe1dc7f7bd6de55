import type { DashboardData } from '../../dashboard/index.js';
import { sampleData } from '../dashboard/sampleData.js';

/** What a page is made from, where it does not matter what stands in it. */
export const pageData = (): DashboardData => sampleData({ tenants: 2, hours: 2, services: [] });
