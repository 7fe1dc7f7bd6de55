import type { QualityData } from '../DashboardData.js';
import { countText } from './format.js';

/** What deliveries came to, and whether they were reconciled. */
export function deliverySentence(totals: NonNullable<QualityData['delivery']>): string {
  const reconciled =
    totals.reconciled === null
      ? 'not checked for this page (tenantscope reconcile does)'
      : totals.reconciled
        ? 'yes, every check is equal'
        : 'NO: run tenantscope reconcile';
  return `All deliveries: ${countText(totals.records)} records, ${countText(totals.accepted)} accepted; ${countText(totals.lines)} lines, ${countText(totals.duplicates)} of them duplicates that were counted once. Reconciled: ${reconciled}.`;
}
