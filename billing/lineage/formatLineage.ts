import type { ChargeLineage } from './chargeLineage.js';

const SHOWN = 10;

/** Where a charge comes from, for people. */
export function formatLineage({
  charge,
  invoice_line: line,
  rate,
  ledger,
  quantities,
  bookings,
}: ChargeLineage): string {
  const { BilledCost, BillingCurrency, ChargeDescription, ContractedUnitPrice, PricingQuantity, PricingUnit } = charge;
  const priced = ContractedUnitPrice === null ? '' : ` = ${ContractedUnitPrice} × ${PricingQuantity} ${PricingUnit}`;
  const objects = bookings.reduce((sum, booking) => sum + booking.objects.length, 0);
  const days = `${charge.ChargePeriodStart?.slice(0, 10)} to ${charge.ChargePeriodEnd?.slice(0, 10)} (exclusive)`;
  return [
    `charge     ${charge.x_ChargeId}: ${ChargeDescription}, ${days}`,
    `           ${BilledCost} ${BillingCurrency}${priced}`,
    ...(charge.x_CorrectsChargeId === null ? [] : [`corrects   ${charge.x_CorrectsChargeId}`]),
    `invoice    ${line.invoice_id}${line.line_id === null ? '' : `, line ${line.line_id}`}: ${line.total} over ${line.charges} charges`,
    rate === null
      ? 'rate       none: an amount without a price'
      : `rate       ${charge.SkuPriceId} of ${rate.rate_card} (${rate.from}): ${JSON.stringify(rate.price)}`,
    ...(quantities === null
      ? ['ledger     none: it does not depend on usage, or the usage is no longer told apart']
      : [
          `ledger     ${ledger.length} rows, ${quantities.ledger} ${charge.ConsumedUnit}; all charges of the meter and day consumed ${quantities.charges}`,
          ...few(
            ledger.map(
              (row) =>
                `${row.event_hour.slice(0, 13)}:00 ${row.quantity} ${row.resource} ${row.operation}, booked ${row.booked_date} by ${row.manifest}`,
            ),
          ),
          `bookings   ${bookings.length}, with ${objects} objects of these hours`,
          ...few(
            bookings.flatMap((booking) => booking.objects.map((object) => `manifest ${booking.manifest}: ${object}`)),
          ),
        ]),
  ].join('\n');
}

function few(lines: readonly string[]): readonly string[] {
  const more = lines.length > SHOWN ? [`and ${lines.length - SHOWN} more`] : [];
  return [...lines.slice(0, SHOWN), ...more].map((line) => `           ${line}`);
}
