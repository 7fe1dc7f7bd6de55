import { humanInstant } from '../../model/index.js';
import { percent } from '../detection/explain.js';
import type { BacktestResult, BacktestWindow } from './backtest.js';

/** A backtest as people read it: the windows in which something was said, then what it comes to. */
export function formatBacktest(result: BacktestResult): string {
  const lines = result.windows.flatMap(windowLines);
  return [...lines, ...(lines.length === 0 ? [] : ['']), ...summary(result)].join('\n');
}

function windowLines({ start, findings, transitions }: BacktestWindow): readonly string[] {
  if (findings.length === 0 && transitions.length === 0) return [];
  return [
    `${humanInstant(start)} UTC`,
    ...findings.map((one) => {
      const times = one.ratio === null ? '' : `, ${one.ratio.toFixed(1)} times what was expected`;
      return `  ${one.severity.padEnd(6)}  ${one.tenant_id} ${one.service} ${one.meter} ${percent(one.share)}${times}`;
    }),
    ...transitions.map((one) => {
      const held = one.held === null ? '' : ` (not sent: ${one.held})`;
      return `  ${one.kind} ${one.incident} ${one.severity}${held}: ${one.sentence}`;
    }),
  ];
}

function summary({ windows, incidents, pages, tickets, weeks, labels }: BacktestResult): readonly string[] {
  const open = incidents.filter(({ state }) => state === 'open').length;
  const perWeek = weeks === 0 ? 0 : pages / weeks;
  const lines = [
    `${windows.length} windows replayed (${weeks.toFixed(1)} weeks): ${incidents.length} incidents, ${open} of them open at the end`,
    `would have been sent: ${pages} pages (${perWeek.toFixed(1)} a week), ${tickets} tickets`,
  ];
  if (labels === undefined) return lines;
  const ratio = (value: number | null): string => (value === null ? '-' : value.toFixed(2));
  const time = labels.median_time_to_detect_ms;
  const detect = time === null ? '-' : `${(time / 60_000).toFixed(0)} min`;
  return [
    ...lines,
    `labels: recall ${ratio(labels.recall)} (${labels.found} of ${labels.labels}), precision ${ratio(labels.precision)} (${labels.right} of ${labels.findings} findings), median time to detect ${detect}`,
  ];
}
