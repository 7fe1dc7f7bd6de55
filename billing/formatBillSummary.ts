import type { RatedPeriod } from './rating/rateCharges.js';
import { totalBilled } from './writeBillingExport.js';

/** A bill for people: what each account owes, the total, and what was not billed and why. */
export function formatBillSummary(rated: RatedPeriod): string {
  if (rated.invoices.length === 0)
    return `${rated.period}: nothing to bill (is there a rate_card in tenantscope.yaml?)`;
  const rows = [...rated.invoices].sort(
    (a, b) => Number(b.billed) - Number(a.billed) || (a.billing_account < b.billing_account ? -1 : 1),
  );
  const shown = rows
    .slice(0, 5)
    .map((line) => `  ${line.billing_account.padEnd(24)} ${line.billed.padStart(14)} ${line.currency}`);
  const rest = rows.length > 5 ? [`  and ${rows.length - 5} more`] : [];
  const reasons = new Map<string, number>();
  for (const { reason } of rated.unbilled) reasons.set(reason, (reasons.get(reason) ?? 0) + 1);
  const unbilled = [...reasons].sort().map(([reason, count]) => `${count} ${reason}`);
  return [
    `Bill for ${rated.period}, provisional: ${totalBilled(rated)} ${rated.currency} over ${rated.invoices.length} accounts`,
    ...shown,
    ...rest,
    ...(unbilled.length > 0 ? [`  not billed (tenant and meter): ${unbilled.join(', ')}; listed in unbilled.csv`] : []),
    ...(rated.over || !hasMinimum(rated) ? [] : ['  the month is not over: minimum commitments are not charged yet']),
  ].join('\n');
}

function hasMinimum({ rateCards }: RatedPeriod): boolean {
  return rateCards.some((card) =>
    [card, ...Object.values(card.plans), ...Object.values(card.tenants)].some(
      ({ minimum, prices }) =>
        minimum !== undefined || prices.some((price) => price.model !== 'flat' && price.minimum !== undefined),
    ),
  );
}
