import { humanInstant } from '../../../model/index.js';
import { isWindow } from '../parameters.js';
import type { ReportFrame } from '../ReportResult.js';

/**
 * What every output says beside its rows: the window, how far the data goes and how complete it is, when it was made and
 * what it cost. All times are UTC, as the text says.
 */
export function reportNotes({ params, stats }: Pick<ReportFrame, 'params' | 'stats'>): readonly string[] {
  const [window] = Object.values(params).filter(isWindow);
  const span = window === undefined ? '' : `window ${humanInstant(window.start)} to ${humanInstant(window.end)} UTC; `;
  const through = stats.data_through;
  const data = through === null ? 'no data' : `data through ${humanInstant(Date.parse(through))} UTC`;
  const made = [
    `generated ${humanInstant(Date.parse(stats.generated_at))} UTC`,
    ...(stats.query_id === null ? [] : [`query ${stats.query_id}`]),
    ...(stats.bytes_scanned === null ? [] : [`scanned ${stats.bytes_scanned} bytes`]),
    ...(stats.cost_usd === null ? [] : [`${stats.cost_usd} USD at list price`]),
    ...(stats.reused ? ['from an earlier result'] : []),
  ];
  return [`${span}${data}; completeness ${stats.completeness}`, made.join('; ')];
}
