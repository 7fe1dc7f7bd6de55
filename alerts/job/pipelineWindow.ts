import { HOUR_MS, humanInstant, startOfHour } from '../../model/index.js';
import type { PolicyWindow } from '../policy/advanceIncidents.js';

/** The service pipeline incidents are about: nobody's, and never a customer's. */
const PIPELINE_SERVICE = '_pipeline';
/** Hours an hour's data may take before anybody is asked to look. */
const USUAL_HOURS = 2;
const TICKET_HOURS = 3;
const PAGE_HOURS = 6;

/**
 * The pipeline itself as something that can be out of line: hours in a row that could not be judged, or that did not come. One
 * window an hour, so that running twice says nothing twice.
 *
 * @param judged end of the last hour taken, epoch milliseconds
 * @param at now
 */
export function pipelineWindow(
  at: number,
  of: { readonly judged: number; readonly unjudged: number; readonly reason: string | undefined },
): PolicyWindow {
  const now = startOfHour(at);
  const late = Math.max(0, (now - of.judged) / HOUR_MS - USUAL_HOURS);
  const behind = Math.round(late + of.unjudged);
  const why = late > 0 ? `no complete hour after ${humanInstant(of.judged)} UTC has come` : (of.reason ?? 'no data');
  return {
    at: now,
    judged: new Set([PIPELINE_SERVICE]),
    observations: [
      {
        kind: 'pipeline',
        tenant_id: '_fleet',
        service: PIPELINE_SERVICE,
        direction: 'none',
        severity: behind >= PAGE_HOURS ? 'PAGE' : behind >= TICKET_HOURS ? 'TICKET' : 'INFO',
        calm: behind < TICKET_HOURS,
        extent: { at: now, amount: behind, share: 0, ratio: 1 },
        sentence: `Usage was not judged for ${behind} hours up to ${humanInstant(now)} UTC: ${why}.`,
      },
    ],
  };
}
