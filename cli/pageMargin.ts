import { monthMargin, monthWindow, type ReadBill } from '../billing/index.js';
import type { MarginInput } from '../dashboard/index.js';
import type { Config, RateCard } from '../model/index.js';
import { type Engine, watermark } from '../queries/index.js';
import { allocateBill } from './allocateBill.js';

/** The margin of a month as `margin` computes it, for a page. Throws what rating and allocation throw. */
export async function pageMargin(
  engine: Engine,
  config: Config,
  about: {
    readonly cards: readonly RateCard[];
    readonly bill: ReadBill;
    readonly period: string;
    /** The command that gives the same. */
    readonly command: string;
  },
): Promise<MarginInput> {
  const { period, cards } = about;
  const window = monthWindow(period);
  const { dataThrough } = await watermark(engine);
  const costs = await allocateBill(engine, config, about.bill, period);
  const over = dataThrough !== null && dataThrough >= window.end;
  const { usage } = costs;
  const { tenants } = config;
  const { currency, rows } = await monthMargin({ usage, rateCards: cards, period, tenants, over, costs });
  return {
    ...{ currency, period, command: about.command },
    rows: rows.map(({ tenant_id, billed, allocated }) => ({
      tenant_id,
      billed: billed.toFixed(),
      allocated: allocated.toFixed(),
    })),
  };
}
