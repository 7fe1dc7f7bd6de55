import type { BillingManifest } from './package/BillingManifest.js';
import type { WrittenPackage } from './package/writePackage.js';

const SHOWN = 5;

/** What all invoices of an export come to, in the currency's own decimals. */
export function billedTotal({ currency, control_totals: totals }: BillingManifest): string {
  return totals.billed_cost_by_currency[currency] ?? '0';
}

/** An export for people: what the largest accounts owe, the total, and what was not billed and why. */
export function formatExport({ manifest, largest }: Pick<WrittenPackage, 'manifest' | 'largest'>): string {
  const { control_totals: totals, reconciliation, corrections, currency, status } = manifest;
  const period = manifest.billing_period.start.slice(0, 7);
  if (totals.rows === 0) return `${period}: nothing to bill (is there a rate_card in tenantscope.yaml?)`;
  const shown = largest
    .slice(0, SHOWN)
    .map(({ billing_account, billed }) => `  ${billing_account.padEnd(24)} ${billed.padStart(14)} ${currency}`);
  const more = totals.invoices - shown.length;
  const unbilled = Object.entries(reconciliation.unbilled).map(([reason, count]) => `${count} ${reason}`);
  return [
    `Bill for ${period}, ${status}: ${billedTotal(manifest)} ${currency} over ${totals.invoices} accounts`,
    ...shown,
    ...(more > 0 ? [`  and ${more} more`] : []),
    ...(corrections.count > 0
      ? [`  corrections of closed periods: ${corrections.count} rows, ${corrections.net_amount} ${currency}`]
      : []),
    ...(unbilled.length > 0 ? [`  not billed (tenant and meter): ${unbilled.join(', ')}; listed in unbilled.csv`] : []),
    ...(manifest.rating.minimum_commitments === 'not yet'
      ? ['  the month is not over: minimum commitments are not charged yet']
      : []),
  ].join('\n');
}
