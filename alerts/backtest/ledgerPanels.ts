import { HOUR_MS, type ListPrice, type Window } from '../../model/index.js';
import { type MeteredUsage, priceUsage } from '../detection/priceUsage.js';
import { servicePanel } from '../detection/servicePanel.js';
import type { MeterPanel } from './csvPanels.js';

/** A ledger's hours as the panels the scheduled job judges: a service each, weighed by list price. */
export function ledgerPanels(
  usage: readonly MeteredUsage[],
  prices: readonly ListPrice[],
  { start, end }: Window,
): readonly MeterPanel[] {
  return priceUsage(usage, prices).services.map((service) => ({
    ...servicePanel(service, Math.floor(start / HOUR_MS) * HOUR_MS, end),
    meter: service.basis,
  }));
}
