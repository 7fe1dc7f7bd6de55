import { billedTotal, linesOfPackage, monthWindow, rateSoFar, type StoredVersion } from '../billing/index.js';
import type { BillInput } from '../dashboard/index.js';
import type { Config, RateCard } from '../model/index.js';
import { type Engine, watermark } from '../queries/index.js';

/** The bill of a package, as a page shows it: its lines can be followed to their usage. */
export async function billOfPackage(stored: StoredVersion, place = stored.folder): Promise<BillInput> {
  const { manifest } = stored;
  const period = manifest.billing_period.start.slice(0, 7);
  const { watermark: through } = manifest.source;
  return {
    period,
    window: monthWindow(period),
    currency: manifest.currency,
    status: manifest.status,
    through: through === null ? null : Date.parse(through),
    total: billedTotal(manifest),
    package: place,
    unbilled: Object.values(manifest.reconciliation.unbilled).reduce((sum, count) => sum + count, 0),
    tenants: await linesOfPackage(stored),
  };
}

/** The month of an instant as far as it is, rated and not written; null where no rate card has a price. */
export async function billSoFar(
  engine: Engine,
  config: Config,
  cards: readonly RateCard[],
  at: number,
): Promise<BillInput | null> {
  if (cards.every(({ prices }) => prices.length === 0)) return null;
  const period = new Date(at).toISOString().slice(0, 7);
  const window = monthWindow(period);
  const { dataThrough } = await watermark(engine);
  const over = dataThrough !== null && dataThrough >= window.end;
  const rated = await rateSoFar({ engine, period, rateCards: cards, tenants: config.tenants, over });
  return {
    ...{ period, window, currency: rated.currency, status: 'provisional', through: dataThrough },
    total: rated.total,
    package: null,
    unbilled: rated.unbilled,
    tenants: rated.tenants,
  };
}
