import { DAY_MS, HOUR_MS } from '../../model/index.js';
import type { SinkLimits } from './SinkRecord.js';
import type { SinkSettings } from './sinkSettings.js';

/** Kept free at the end of what a receiver accepts: planning and sending take time. */
const MARGIN_MS = 10 * 60_000;

/** What the receiver of a sink accepts, by its documentation. */
export function sinkLimits(settings: SinkSettings): SinkLimits {
  if (settings.type === 'stripe') {
    return {
      windowMs: settings.window === 'day' ? DAY_MS : HOUR_MS,
      // 35 calendar days back, 5 minutes ahead; windows are over, so none is ahead.
      accepts: (timestamp, now) => timestamp * 1000 >= now - 35 * DAY_MS + MARGIN_MS,
      // Identifiers are unique within a rolling period of at least 24 hours; idempotency keys live as long.
      knowsFor: DAY_MS - MARGIN_MS,
      timestampOf: (_, end) => end / 1000 - 1,
      mostUnits: BigInt(Number.MAX_SAFE_INTEGER),
    };
  }
  return {
    windowMs: HOUR_MS,
    accepts: (timestamp, now) => {
      const at = timestamp * 1000;
      if (at < now - settings.accept_hours * HOUR_MS + MARGIN_MS) return false;
      // A month's usage is taken until 06:00 UTC of the first day after it.
      const date = new Date(at);
      const monthEnd = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 1);
      return now < monthEnd + 6 * HOUR_MS - MARGIN_MS;
    },
    // Records of one customer, dimension and hour are recognised for as long as the hour is accepted.
    knowsFor: settings.accept_hours * HOUR_MS,
    timestampOf: (start) => start / 1000,
    mostUnits: 2_147_483_647n,
  };
}
