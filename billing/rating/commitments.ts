import Big from 'big.js';
import type { Charge, Window } from '../../model/index.js';
import { adjustment, type ChargeScope } from './chargeRow.js';
import { proratePrice } from './prorate.js';

/**
 * What a minimum adds to charges, or a maximum takes off, as a row of its own. Both are prorated to the part of the period
 * they hold for. A maximum holds at any time; a minimum is due when the period is over, for until then nobody knows what is
 * missing. Where a tenant is not present there is no commitment.
 */
export function commitmentCharges(
  scope: ChargeScope,
  charges: readonly Charge[],
  about: {
    readonly service: string;
    readonly name: string;
    readonly minimum: string | undefined;
    readonly maximum: string | undefined;
  },
  held: Window | undefined,
  over: boolean,
): readonly Charge[] {
  if (held === undefined) return [];
  const sum = charges.reduce((total, { BilledCost }) => total.plus(BilledCost), new Big(0));
  const row = (difference: Big, kind: string, limit: string): Charge[] => [
    adjustment(scope, difference, {
      service: about.service,
      description: `${kind} commitment of ${new Big(limit).toFixed()} ${scope.card.currency} for ${about.name}`,
      during: held,
    }),
  ];
  if (about.maximum !== undefined) {
    const most = proratePrice(about.maximum, held, scope.period);
    if (sum.gt(most)) return row(new Big(most).minus(sum), 'Maximum', most);
  }
  if (about.minimum !== undefined && over) {
    const least = proratePrice(about.minimum, held, scope.period);
    if (sum.lt(least)) return row(new Big(least).minus(sum), 'Minimum', least);
  }
  return [];
}
