import { HOUR_MS, type Window } from '../../model/index.js';
import type { Engine } from '../engines/Engine.js';
import { MOST_HOURS } from '../reports/windowSql.js';
import { completenessText } from './completenessText.js';
import { canJudge, summariseTenantHours } from './readTenantHours.js';

/** How complete the lines of a window are, in words: of these tenants' pods, everyone's when absent. */
export async function describeCompleteness(
  engine: Engine,
  window: Window,
  tenants?: readonly string[],
): Promise<string> {
  if (!canJudge(engine)) return 'not judged: this engine has no heartbeats';
  if (window.end - window.start > MOST_HOURS * HOUR_MS) return 'not judged: the window is longer than 100 days';
  return completenessText(await summariseTenantHours(engine, window, tenants));
}
