import type { EconomicsData } from '../DashboardData.js';

/** What the figures of the unit economics are of, in one sentence. Amounts are texts already. */
export function economicsSentence(of: Pick<EconomicsData, 'source' | 'period'>, given: string, left: string): string {
  return of.source === 'allocated'
    ? `${given} of the bill are allocated to customers, ${left} to no customer (${of.period}).`
    : `${given} at list price used by customers, ${left} by no customer. Give the cloud's bill with --costs to see margins.`;
}
