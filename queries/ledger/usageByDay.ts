import type { Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { streamUsageByDay } from './streamUsageByDay.js';
import type { DailyUsage } from './usage.js';

/** The ledger's sums of a window by tenant, meter and UTC day, added up by the engine. */
export async function usageByDay(engine: Engine, window: Window): Promise<readonly DailyUsage[]> {
  const days: DailyUsage[] = [];
  for await (const { rows } of streamUsageByDay(engine, window, [])) for (const row of rows) days.push(row);
  return days;
}
