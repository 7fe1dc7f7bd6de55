import type { BacktestRow } from './parseBacktestCsv.js';

/** What is scored of a window. Start in epoch milliseconds. */
export interface ScoredWindow {
  readonly start: number;
  readonly findings: readonly { readonly tenant_id: string; readonly service: string; readonly severity: string }[];
}

/** How findings that would have been sent meet what people labelled. */
export interface LabelScore {
  readonly labels: number;
  /** Labelled spans in which the tenant and service had a TICKET or PAGE finding. */
  readonly found: number;
  readonly recall: number | null;
  /** Findings of TICKET or PAGE, one a tenant, service and window, and those of them inside a labelled span. */
  readonly findings: number;
  readonly right: number;
  readonly precision: number | null;
  /** From the start of a span to the end of the first window that found it: the median over those found, milliseconds. */
  readonly median_time_to_detect_ms: number | null;
}

/** Scores a backtest's findings against labelled spans `[start, end)`. A label's meter is what to look at, not what must fire. */
export function scoreLabels(
  windows: readonly ScoredWindow[],
  labels: readonly BacktestRow<'labels'>[],
  windowMs: number,
): LabelScore {
  const sent = windows.flatMap(({ start, findings }) => {
    const keys = findings.filter(({ severity }) => severity !== 'INFO').map((one) => `${one.tenant_id}/${one.service}`);
    return [...new Set(keys)].map((key) => ({ key, start }));
  });
  const inside = (key: string, start: number): boolean =>
    labels.some(
      (label) => `${label.tenant_id}/${label.service}` === key && start < label.end && start + windowMs > label.start,
    );
  const times = labels.flatMap((label) => {
    const key = `${label.tenant_id}/${label.service}`;
    const first = sent.find((one) => one.key === key && one.start < label.end && one.start + windowMs > label.start);
    return first === undefined ? [] : [first.start + windowMs - label.start];
  });
  times.sort((a, b) => a - b);
  const right = sent.filter(({ key, start }) => inside(key, start)).length;
  return {
    labels: labels.length,
    found: times.length,
    recall: labels.length === 0 ? null : times.length / labels.length,
    findings: sent.length,
    right,
    precision: sent.length === 0 ? null : right / sent.length,
    median_time_to_detect_ms: times[Math.floor((times.length - 1) / 2)] ?? null,
  };
}
