import { type Engine, usageByHour, usageTotals, watermark } from '../../queries/index.js';
import { ageRecords, closedUntil, firstState, planRecords, type SinkPlan } from './planRecords.js';
import type { SinkState } from './SinkState.js';
import { sinkLimits } from './sinkLimits.js';
import type { SinkSettings } from './sinkSettings.js';

/**
 * Plans the windows of a sink that are over by the ledger's watermark, from what is remembered of it. Nothing is written. Throws what
 * the engine throws.
 *
 * @param state undefined before the first plan
 * @param now epoch ms
 */
export async function planSink(
  engine: Engine,
  sink: string,
  settings: SinkSettings,
  state: SinkState | undefined,
  now: number,
): Promise<SinkPlan> {
  const limits = sinkLimits(settings);
  const from = ageRecords(state ?? firstState(settings), settings, limits, now);
  const { dataThrough } = await watermark(engine);
  const over = Math.min(dataThrough ?? 0, now);
  const until = Math.max(from.through, closedUntil(from.start, over, limits.windowMs));
  const before = await usageTotals(engine, { start: from.start, end: from.through });
  const since = await usageByHour(engine, { start: from.through, end: until });
  return planRecords({ sink, settings, limits, state: from, before, since, until, now });
}
