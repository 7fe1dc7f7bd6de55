import type { TenantDetail } from '../DashboardData.js';
import { quantityText } from './format.js';

/** What the table of a tenant's corrections is called, and what is said where there is none. */
export const CORRECTIONS = {
  caption: 'Corrections booked since the window began, of the four weeks before',
  none: 'No figure of the four weeks before was corrected since the window began.',
} as const;

/** Its columns; `n` is for numbers. The first names the row. */
export const CORRECTION_COLUMNS: readonly (readonly [name: string, kind?: 'n'])[] = [
  ['service'],
  ['meter'],
  ['reason'],
  ['before', 'n'],
  ['change', 'n'],
  ['after', 'n'],
  ['booked'],
];

/** What stands in each column but the first, with the exact figure beside a rounded one. */
export function correctionCells(
  one: TenantDetail['corrections'][number],
): readonly { readonly text: string; readonly exact?: string }[] {
  return [
    { text: `${one.meter}, ${one.unit}` },
    { text: one.reason },
    ...[one.before, one.change, one.after].map((exact) => ({ text: quantityText(Number(exact)), exact })),
    { text: one.last_booked },
  ];
}
