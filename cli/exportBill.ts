import { formatBillSummary, monthWindow, rateCharges, writeBillingExport } from '../billing/index.js';
import type { Config, RateCard } from '../model/index.js';
import { describeCompleteness, type Engine, usageByDay, watermark } from '../queries/index.js';

/**
 * Rates the ledger's usage of a month by checked rate cards and writes the export under `out`. The month is over when the data
 * reaches its end, not when the clock does.
 */
export async function exportBill(
  engine: Engine,
  config: Config,
  rateCards: readonly RateCard[],
  period: string,
  out: string,
) {
  const window = monthWindow(period);
  const usage = await usageByDay(engine, window);
  const { dataThrough } = await watermark(engine);
  const over = dataThrough !== null && dataThrough >= window.end;
  const rated = rateCharges({ usage, rateCards, period, tenants: config.tenants, over });
  const { folder, manifest } = await writeBillingExport({ rated, outDir: out, period, dataThrough });
  const completeness = await describeCompleteness(engine, monthWindow(period));
  return { rated, folder, manifest, completeness, summary: formatBillSummary(rated) };
}
