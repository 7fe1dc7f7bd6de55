import { isUtcDay, type LogEntry, type UtcDay } from '../../model/index.js';

/** The UTC date an error object's records arrived on, by its path (`errors/TYPE/2026/11/23/10/…`); undefined when it says none. */
export function errorDate(path: string): UtcDay | undefined {
  const [, year, month, day] = /\/(\d{4})\/(\d{2})\/(\d{2})\//.exec(path) ?? [];
  const date = `${year}-${month}-${day}`;
  return isUtcDay(date) ? date : undefined;
}

/** Quarantined records that arrived before it are past their retention, by the log; null while none are. */
export function errorsKeptSince(log: readonly LogEntry[]): UtcDay | null {
  const dates = log.flatMap((entry) =>
    entry.kind === 'retention' && entry.errors_before ? [entry.errors_before] : [],
  );
  return dates.sort().at(-1) ?? null;
}

/** True for an error object that is past its retention by the log. */
export function isExpiredError(path: string, since: UtcDay | null): boolean {
  const date = errorDate(path);
  return since !== null && date !== undefined && date < since;
}

/** What of the quarantine is kept no longer, in words. */
export function goneErrors(log: readonly LogEntry[]): readonly string[] {
  const since = errorsKeptSince(log);
  return since === null ? [] : [`quarantined records that arrived before ${since} are past their retention`];
}
