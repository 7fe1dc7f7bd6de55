import { formatBillSummary, monthWindow, rateCharges, writeBillingExport } from '../billing/index.js';
import type { Config } from '../model/index.js';
import { describeCompleteness, type Engine, usageByDay, watermark } from '../queries/index.js';

/** Rates the ledger's usage of a month and writes the export under `out`. */
export async function exportBill(engine: Engine, config: Config, period: string, out: string) {
  const usage = await usageByDay(engine, monthWindow(period));
  const { dataThrough } = await watermark(engine);
  const rated = rateCharges({ usage, rateCard: config.rate_card, period, tenants: config.tenants });
  const { folder, manifest } = await writeBillingExport({ rated, outDir: out, period, dataThrough });
  const completeness = await describeCompleteness(engine, monthWindow(period));
  return { rated, folder, manifest, completeness, summary: formatBillSummary(rated) };
}
